using System.Text;

namespace Mlops.Core.Database;

/// <summary>
/// Notices of one transaction as payloads of PostgreSQL's <c>NOTIFY</c>, which takes less than 8,000 bytes: the writer's name and one notice a line.
/// </summary>
internal static class DatabaseNotices
{
    private const int MaxBytes = 7900;

    /// <summary>As few payloads as hold all of them; a notice that comes twice is told once.</summary>
    public static IEnumerable<string> Pack(string origin, IEnumerable<string> notices)
    {
        var payload = new StringBuilder(origin);
        var bytes = origin.Length;
        foreach (var notice in notices.Distinct(StringComparer.Ordinal))
        {
            var size = 1 + Encoding.UTF8.GetByteCount(notice);
            if (bytes + size > MaxBytes && payload.Length > origin.Length)
            {
                yield return payload.ToString();
                payload.Length = bytes = origin.Length;
            }

            payload.Append('\n').Append(notice);
            bytes += size;
        }

        if (payload.Length > origin.Length)
        {
            yield return payload.ToString();
        }
    }

    /// <summary>The notices of a payload; none where it is the own one of <paramref name="origin"/>.</summary>
    public static IEnumerable<string> Unpack(string origin, string payload) =>
        payload.Split('\n') is [var writer, .. var notices] && writer != origin ? notices : [];
}
