export default function PricesPage() { return null; } // STUB
