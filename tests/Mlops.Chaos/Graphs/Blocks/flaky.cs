public static class Flaky
{
    [Custom]
    public static int Run(int value, BlockContext context)
    {
        Ledger.Write("start", context);
        if (context.Attempt < 3)
        {
            throw new InvalidOperationException("As the graph wants it");
        }

        Ledger.Write("end", context);
        return value + 1;
    }
}
