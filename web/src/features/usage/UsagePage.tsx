export default function UsagePage() { return null; } // STUB
