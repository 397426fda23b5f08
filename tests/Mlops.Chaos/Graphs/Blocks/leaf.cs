public static class Leaf
{
    [Custom]
    public static void Run(int value, BlockContext context)
    {
        Ledger.Write("start", context);
        Check.That(value == 1, $"The block upstream handed on {value} instead of 1");
        Ledger.Write("end", context);
    }
}
