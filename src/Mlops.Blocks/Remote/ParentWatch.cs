using Microsoft.Win32.SafeHandles;

namespace Mlops.Blocks.Remote;

/// <summary>Ends this process when the server does, however that died: standard input is a pipe from it, which the system then closes.</summary>
internal static class ParentWatch
{
    public static void Start()
    {
        var thread = new Thread(WaitForEnd) { IsBackground = true, Name = "Parent watch" };
        thread.Start();
    }

    private static void WaitForEnd()
    {
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        try
        {
            Span<byte> ignored = stackalloc byte[64];
            while (input.Read(ignored) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A pipe that cannot be read is as good as closed.
        }

        ProcessGroup.KillOwn();
    }
}
