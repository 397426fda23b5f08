using System.Globalization;
using System.Net.Mime;
using Mlops.Core;
using Mlops.Core.Runs;

namespace Mlops.Server.Api;

/// <summary>A run's log as text, one line each: time, level, block, text.</summary>
/// <param name="first">The first lines.</param>
/// <param name="readAfter">Reads the lines after a number; null to send the first ones only.</param>
internal sealed class RunLogText(IReadOnlyList<RunLogLine> first, Func<long, Task<IReadOnlyList<RunLogLine>>>? readAfter) : IResult
{
    /// <summary>Whether text is asked for, by <c>?format=text</c> (for links) or by Accept.</summary>
    public static bool IsWanted(string? format, HttpRequest request)
    {
        if (!string.IsNullOrEmpty(format))
        {
            return format switch
            {
                "text" => true,
                "json" => false,
                _ => throw new InvalidRequestException(Requests.InvalidType, [$"'format' is '{format}'; json or text is wanted."]),
            };
        }

        var accepted = request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType.Value).FirstOrDefault(type => type is MediaTypeNames.Text.Plain or MediaTypeNames.Application.Json or "*/*");
        return accepted == MediaTypeNames.Text.Plain;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/plain; charset=utf-8";
        for (var lines = first; lines.Count > 0; lines = readAfter is null ? [] : await readAfter(lines[^1].Number))
        {
            foreach (var line in lines)
            {
                await httpContext.Response.WriteAsync(Format(line), httpContext.RequestAborted);
            }
        }
    }

    /// <summary>A line with its line feed.</summary>
    public static string Format(RunLogLine line) => string.Create(
        CultureInfo.InvariantCulture, $"{line.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {line.Level,-7} {line.BlockUuid ?? "-"}: {line.Text}\n");
}
