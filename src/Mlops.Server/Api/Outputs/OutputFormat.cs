using Microsoft.Net.Http.Headers;
using Mlops.Core;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Outputs;

/// <summary>A form in which an output can be had.</summary>
/// <param name="Word">Value of <c>?format=</c>, and the ending of a downloaded file.</param>
/// <param name="MediaType">Of the answer.</param>
internal sealed record OutputFormat(string Word, string MediaType)
{
    public static readonly OutputFormat Json = new("json", "application/json");
    public static readonly OutputFormat Csv = new("csv", "text/csv");
    public static readonly OutputFormat Parquet = new("parquet", "application/vnd.apache.parquet");
    public static readonly OutputFormat Zip = new("zip", "application/zip");
    public static readonly OutputFormat File = new("file", "application/octet-stream");
    private static readonly OutputFormat[] All = [Json, Csv, Parquet, Zip, File];

    /// <summary>The forms of a kind of output, the usual one first.</summary>
    public static IReadOnlyList<OutputFormat> Of(OutputKind kind) => kind switch
    {
        OutputKind.Table => [Json, Csv, Parquet],
        OutputKind.Json => [Json],
        OutputKind.Model => [Zip],
        _ => [File],
    };

    /// <summary>The forms that a request takes, best first; empty where it takes any.</summary>
    /// <exception cref="InvalidRequestException"><c>?format=</c> names no form.</exception>
    public static IReadOnlyList<OutputFormat> Wanted(string? word, HttpRequest request)
    {
        if (!string.IsNullOrEmpty(word))
        {
            return [All.FirstOrDefault(format => format.Word == word) ?? throw new InvalidRequestException(
                Requests.InvalidType, [$"'format' is '{word}'; one of {string.Join(", ", All.Select(format => format.Word))} is wanted."])];
        }

        var accepted = request.GetTypedHeaders().Accept.OrderByDescending(type => type.Quality ?? 1).ToList();
        return accepted.Exists(type => type.MatchesAllTypes)
            ? [.. accepted.TakeWhile(type => !type.MatchesAllTypes).SelectMany(Matching), .. All]
            : [.. accepted.SelectMany(Matching)];
    }

    private static IEnumerable<OutputFormat> Matching(MediaTypeHeaderValue type) =>
        All.Where(format => new MediaTypeHeaderValue(format.MediaType).IsSubsetOf(type));
}
