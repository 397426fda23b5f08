using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Mlops.Core;
using Mlops.Server.Api.Mage;
using Mlops.Server.Security;

namespace Mlops.Server.Api.Problems;

/// <summary>The errors of the API as RFC 9457 says. <c>type</c> is for programs and never changes; <c>errors</c> are for people.</summary>
internal static class Problem
{
    private const string TypePrefix = "urn:mlops:error:";
    private const string Conflict = "conflict";
    private const string NeedsConfirmation = "needs_confirmation";
    private static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(5);

    public static ProblemDetails From(NotFoundException exception)
    {
        var problem = Create(StatusCodes.Status404NotFound, "not_found", "There is no such thing", [exception.Message]);
        problem.Extensions["kind"] = exception.Kind;
        problem.Extensions["id"] = exception.Id;
        return problem;
    }

    public static ProblemDetails From(InvalidRequestException exception) => exception.Type switch
    {
        Conflict => Create(StatusCodes.Status409Conflict, Conflict, "The present state does not allow this", exception.Errors),
        NeedsConfirmation => Create(StatusCodes.Status422UnprocessableEntity, NeedsConfirmation, "This has to be confirmed", exception.Errors),
        _ => Create(StatusCodes.Status400BadRequest, exception.Type, "This cannot be done as asked", exception.Errors),
    };

    public static ProblemDetails WrongToken(HttpContext context, string message)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Create(StatusCodes.Status401Unauthorized, "wrong_token", "The token is not that of a trigger", [message]);
    }

    public static ProblemDetails NotAcceptable(string asked, string offered) => Create(
        StatusCodes.Status406NotAcceptable, "not_acceptable", "There is no such form of it",
        [$"'{asked}' was asked for, but this can be had as {offered}. Choose by the Accept header or ?format=."]);

    public static ProblemDetails DamagedOutput(string message) => Create(
        StatusCodes.Status409Conflict, "damaged_output", "The stored output cannot be read", [message]);

    public static ProblemDetails TooLarge() => Create(
        StatusCodes.Status413PayloadTooLarge, "body_too_large", "The body is too large",
        [$"The body is larger than {SecurityServices.MaximumBodyBytes:N0} bytes. Put data into a file of the project and give its path as a variable."]);

    public static ProblemDetails UnsupportedMediaType(HttpContext context) => Create(
        StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The body is not JSON",
        [$"The body is marked as '{context.Request.ContentType}', wanted is JSON: send it with 'Content-Type: application/json'."]);

    public static ProblemDetails InvalidHost(string host) => Create(
        StatusCodes.Status400BadRequest, "invalid_host", "This server does not go by that name",
        [$"The request calls this server '{host}'. If that name is right, add it to MLOPS_ALLOWED_HOSTS and start the server again."]);

    public static ProblemDetails ForeignOrigin(string origin) => Create(
        StatusCodes.Status403Forbidden, "foreign_origin", "A foreign web page may not change anything here",
        [$"The request comes from a page of another site ('{origin}'). Send it from a page of this server, or from a program without an Origin header."]);

    public static ProblemDetails DatabaseAway() => Create(
        StatusCodes.Status503ServiceUnavailable, "database_away", "The database does not answer",
        ["Nothing was lost: runs go on and are stored as soon as it is back. Try again in a few seconds; /health/ready says when it is back."]);

    public static ProblemDetails OutputStoreAway(string message) => Create(
        StatusCodes.Status503ServiceUnavailable, "output_store_away", "The output store does not give the file", [message]);

    public static ProblemDetails Unexpected() => Create(
        StatusCodes.Status500InternalServerError, "unexpected", "Something unexpected went wrong",
        ["The server's log says what, under the trace_id given here."]);

    /// <summary>The problem of a status that nothing said more about.</summary>
    public static ProblemDetails ForStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound when context.Request.Path.StartsWithSegments(MageApi.Prefix, StringComparison.OrdinalIgnoreCase) => MageErrors.NotHere(context),
        StatusCodes.Status404NotFound => Create(
            404, "not_found", "There is no such address", [$"{context.Request.Method} {context.Request.Path} is not an address of the API. /scalar lists them all."]),
        StatusCodes.Status405MethodNotAllowed => Create(
            405, "method_not_allowed", "The address does not take this method",
            [$"{context.Request.Path} does not take {context.Request.Method}, only {context.Response.Headers.Allow}."]),
        StatusCodes.Status413PayloadTooLarge => TooLarge(),
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType(context),
        var status => Create(status, "http_" + status, "The request was refused", []),
    };

    public static ProblemDetails Create(int status, string type, string title, IReadOnlyList<string> errors) => new()
    {
        Status = status,
        Type = TypePrefix + type,
        Title = title,
        Detail = errors.Count == 0 ? null : string.Join(Environment.NewLine, errors),
        Extensions = { ["errors"] = errors },
    };

    /// <summary>Answers a request by the problem, with the id under which the log knows the request.</summary>
    public static Task WriteAsync(this ProblemDetails problem, HttpContext context)
    {
        problem.Instance = TokenMask.Hide(context.Request.Path);
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = DatabaseRetry.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        }

        problem.Extensions["trace_id"] = System.Diagnostics.Activity.Current?.Id ?? context.TraceIdentifier;
        return MageErrors.AreWanted(context) ? MageErrors.From(problem).ExecuteAsync(context) : TypedResults.Problem(problem).ExecuteAsync(context);
    }
}
