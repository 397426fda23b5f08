using System.Text;
using System.Text.RegularExpressions;

namespace Mlops.Browser.Tests.Docs;

/// <summary>A call of curl as docs show it: <c>-X</c>, <c>-H</c>, <c>-d</c>, <c>-o</c> and the address; nothing else of curl or the shell.</summary>
internal static partial class CurlCommand
{
    /// <summary>The requests of all curl commands of an example, in order. The address of the docs is replaced by the client's.</summary>
    public static IEnumerable<HttpRequestMessage> Parse(string example) =>
        Continuation().Replace(example, " ").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseLine);

    private static HttpRequestMessage ParseLine(string line)
    {
        var words = new Queue<string>(Word().Matches(line).Select(match => match.Groups["word"].Value));
        Assert.Equal("curl", words.Dequeue());
        var request = new HttpRequestMessage();
        string? contentType = null, body = null;
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "-X": request.Method = new HttpMethod(words.Dequeue()); break;
                case "-d": body = words.Dequeue(); break;
                case "-o": words.Dequeue(); break;
                case "-H" when words.Dequeue().Split(": ", 2) is var header:
                    contentType = header[0] == "Content-Type" ? header[1] : contentType;
                    request.Headers.TryAddWithoutValidation(header[0], header[1]);
                    break;
                default: request.RequestUri = new Uri(new Uri(word).PathAndQuery, UriKind.Relative); break;
            }
        }

        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, contentType!);
        return request;
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex("""'(?<word>[^']*)'|"(?<word>[^"]*)"|(?<word>[^\s'"]+)""")]
    private static partial Regex Word();
}
