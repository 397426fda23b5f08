using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mlops.Server.Api.Problems;

namespace Mlops.Server.Api.Mage;

/// <summary>Our problems in Mage's envelope. The status is the real one, where Mage answers 200.</summary>
internal static class MageErrors
{
    /// <summary>Whether a request was sent to an address of Mage's.</summary>
    public static bool AreWanted(HttpContext context) =>
        context.Request.Path.StartsWithSegments(MageApi.Prefix, StringComparison.OrdinalIgnoreCase) || context.GetEndpoint()?.Metadata.GetMetadata<MageEndpoint>() is not null;

    /// <summary>The answer.</summary>
    public static JsonHttpResult<MageErrorEnvelope> From(ProblemDetails problem)
    {
        var status = problem.Status ?? StatusCodes.Status500InternalServerError;
        var error = new MageError(status, problem.Detail ?? problem.Title ?? "", problem.Type?.Split(':')[^1] ?? "");
        return TypedResults.Json(new MageErrorEnvelope(error, status), statusCode: status);
    }

    /// <summary>Says that there is no such address of Mage's here, and which there are.</summary>
    public static ProblemDetails NotHere(HttpContext context)
    {
        var path = context.Request.Path.Value![(MageApi.Prefix.Length - MageApi.MagePrefix.Length)..];
        var have = string.Join(", ", MageApi.Describe(context.RequestServices.GetRequiredService<EndpointDataSource>()));
        return Problem.Create(StatusCodes.Status404NotFound, "not_found", "There is no such address", [$"Mlops does not have {path}. It has: {have}."]);
    }
}

/// <summary>Mage's envelope of an error.</summary>
/// <param name="Error">What is wrong.</param>
/// <param name="Status">The status of the answer.</param>
internal sealed record MageErrorEnvelope(MageError Error, int Status);

/// <summary>What is wrong.</summary>
/// <param name="Code">The status of the answer.</param>
/// <param name="Message">In words: what was found, what was wanted, how to mend it.</param>
/// <param name="Type">Stable word for programs, such as <c>not_found</c>.</param>
internal sealed record MageError(int Code, string Message, string Type);
