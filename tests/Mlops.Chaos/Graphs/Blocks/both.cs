public static class Both
{
    [Custom]
    public static int Run(int left, int right, BlockContext context)
    {
        Ledger.Write("start", context);
        Check.That(left == 2 && right == 2, $"The blocks upstream handed on {left} and {right} instead of 2 and 2");
        Ledger.Write("end", context);
        return left + right;
    }
}
