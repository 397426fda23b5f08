using System.Runtime.InteropServices;
using System.Text;

/// <summary>The file that every attempt of a block leaves its lines in, whatever becomes of its process.</summary>
public static class Ledger
{
    private const int WriteOnlyCreateAppendCloseOnExec = 0x1 | 0x40 | 0x400 | 0x80000;
    private const int ReadableByAll = 0x1A4;

    /// <summary>Appends "word run block attempt pid". One write to a file opened for appending is whole and in order, whoever else writes.</summary>
    public static void Write(string word, BlockContext context)
    {
        var line = Encoding.UTF8.GetBytes($"{word} {context.PipelineRunId} {context.BlockUuid} {context.Attempt} {Environment.ProcessId}\n");
        var file = open(Environment.GetEnvironmentVariable("CHAOS_LEDGER") ?? throw new InvalidOperationException("CHAOS_LEDGER is not granted"), WriteOnlyCreateAppendCloseOnExec, ReadableByAll);
        try
        {
            if (file < 0 || write(file, line, line.Length) != line.Length)
            {
                throw new InvalidOperationException($"The ledger cannot be written: error {Marshal.GetLastPInvokeError()}");
            }
        }
        finally
        {
            _ = close(file);
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", SetLastError = true)]
    private static extern nint write(int file, byte[] bytes, nint count);

    [DllImport("libc")]
    private static extern int close(int file);
}
