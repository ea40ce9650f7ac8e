export default function AuditPage() { return null; } // STUB
