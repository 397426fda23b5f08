public static class Chatty
{
    [Custom]
    public static int Run(int value, BlockContext context, ILogger logger)
    {
        Ledger.Write("start", context);
        for (var line = 0; line < 3000; line++)
        {
            logger.LogInformation("Line {Line} of a block that says much, as some do", line);
        }

        Ledger.Write("end", context);
        return value + 1;
    }
}
