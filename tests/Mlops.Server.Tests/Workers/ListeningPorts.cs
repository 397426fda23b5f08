using System.Globalization;

namespace Mlops.Server.Tests.Workers;

/// <summary>The TCP ports that a process listens on, as Linux says.</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A";

    public static IReadOnlyList<int> Of(int processId)
    {
        // Entries of /proc/42/fd are links such as socket:[12345].
        var sockets = Directory.GetFiles($"/proc/{processId}/fd")
            .Select(file => new FileInfo(file).LinkTarget)
            .Where(link => link?.StartsWith("socket:[", StringComparison.Ordinal) == true)
            .Select(link => link!["socket:[".Length..^1])
            .ToHashSet(StringComparer.Ordinal);

        // "0: 0100007F:1A85 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 ...": own address, other address, state, ..., inode.
        return
        [
            .. from file in new[] { "tcp", "tcp6" }
               from line in File.ReadLines($"/proc/{processId}/net/{file}").Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == Listening && sockets.Contains(fields[9])
               select int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        ];
    }
}
