using System.Text.Json;
using Mlops.Core;

namespace Mlops.Server.Api.Mage;

/// <summary>Bodies of Mage's clients, not all of which mark them as JSON.</summary>
internal static class MageBody
{
    /// <summary>Reads the body. The server's limit of a body bounds it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="example">A body as it is wanted, for the error.</param>
    /// <exception cref="InvalidRequestException"><c>invalid_json</c>.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, string example)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, MageJson.Lenient, request.HttpContext.RequestAborted)
                ?? throw Invalid("The body is null.", example);
        }
        catch (JsonException exception)
        {
            var place = exception is { LineNumber: { } line, BytePositionInLine: { } position } ? $" at line {line + 1}, column {position + 1}" : "";
            throw Invalid($"The body cannot be read{place}: {exception.Message.Split(" Path:")[0]}", example);
        }
    }

    private static InvalidRequestException Invalid(string found, string example) => new("invalid_json", [$"{found} Wanted is an object such as {example}."]);
}
