public static class Next
{
    [Custom]
    public static async Task<int> Run(int value, BlockContext context, CancellationToken cancellationToken)
    {
        Ledger.Write("start", context);
        await Task.Delay(30, cancellationToken);
        Ledger.Write("end", context);
        return value + 1;
    }
}
