using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Triggers;

/// <summary>Mage's addresses by which programs and webhooks start runs of triggers of type api, and send events to those of type event.</summary>
internal static class TriggerCallsApi
{
    private const int MaximumWaitSeconds = 300;
    private const string SignatureHeader = "X-Hub-Signature-256";
    private const string BearerPrefix = "Bearer ";

    private const string Description =
        """
        The body may be left out; {"pipeline_run": {"variables": {...}}} gives variables of the run, everything else in it fills in variables that nobody gives.
        Answers 201 with the run at once; with ?wait=30 when the run is final (201), or with 202 when the seconds are over and the run goes on. 401: no such trigger
        or another token. 200: what was sent does not fit the match of an event trigger, so that no run starts; message says why. 409: the trigger is inactive or has a problem, or a run is not over (skip_if_previous_running).
        """;

    public static void MapTriggerCallsApi(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/pipeline_schedules/{id}").WithTags("Triggers");
        calls.MapPost("/pipeline_runs/{token}", StartByPathAsync).WithName("CallTriggerByPath").WithSummary("Start a run by a token in the path")
            .WithDescription(Description).ProducesProblem(400).ProducesProblem(401).ProducesProblem(409).ProducesProblem(413);
        calls.MapPost("/api_trigger", StartByHeaderAsync).WithName("CallTriggerByHeader").WithSummary("Start a run by a token in a header, or by a signed body")
            .WithDescription($"'Authorization: Bearer <token>', or '{SignatureHeader}: sha256=' and the HMAC-SHA256 of the body with the token as key. {Description}")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(409).ProducesProblem(413);
    }

    /// <param name="id">Id of the trigger.</param>
    /// <param name="token">Its token.</param>
    /// <param name="wait">Seconds to wait for the run's end, 0 to 300.</param>
    internal static async Task<Results<Created<TriggeredRunEnvelope>, Accepted<TriggeredRunEnvelope>, Ok<TriggeredRunEnvelope>>> StartByPathAsync(
        long id, string token, int? wait, HttpRequest request, TriggerCalls calls, PipelineRunService runs)
    {
        var body = await ReadAsync(request);
        return await StartAsync(new Call(id, TriggerCredential.OfToken(token), body, wait), calls, runs, request.HttpContext.RequestAborted);
    }

    /// <param name="id">Id of the trigger.</param>
    /// <param name="wait">Seconds to wait for the run's end, 0 to 300.</param>
    internal static async Task<Results<Created<TriggeredRunEnvelope>, Accepted<TriggeredRunEnvelope>, Ok<TriggeredRunEnvelope>>> StartByHeaderAsync(
        long id, int? wait, HttpRequest request, TriggerCalls calls, PipelineRunService runs)
    {
        var body = await ReadAsync(request);
        return await StartAsync(new Call(id, Credential(request.Headers, body), body, wait), calls, runs, request.HttpContext.RequestAborted);
    }

    private static async Task<Results<Created<TriggeredRunEnvelope>, Accepted<TriggeredRunEnvelope>, Ok<TriggeredRunEnvelope>>> StartAsync(
        Call call, TriggerCalls calls, PipelineRunService runs, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var seconds = checks.Range("wait", call.Wait, 0, MaximumWaitSeconds, 0);
        checks.ThrowIfAny();
        var payload = TriggerPayload.Read(call.Body);
        var called = await calls.StartAsync(call.TriggerId, call.Credential, payload.Variables, payload.EventVariables, cancellationToken);
        if (called.Run is not { } run)
        {
            return TypedResults.Ok(new TriggeredRunEnvelope(null, called.NoRunBecause));
        }

        var now = seconds == 0 ? run : await runs.WaitAsync(run.Id, TimeSpan.FromSeconds(seconds), cancellationToken);
        var envelope = new TriggeredRunEnvelope(TriggeredRunResource.From(now, payload.EventVariables));
        var address = string.Create(CultureInfo.InvariantCulture, $"/api/pipeline_runs/{run.Id}");
        return seconds == 0 || now.Status.IsFinal() ? TypedResults.Created(address, envelope) : TypedResults.Accepted(address, envelope);
    }

    private static TriggerCredential Credential(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        var authorization = headers[HeaderNames.Authorization].ToString();
        return authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? TriggerCredential.OfToken(authorization[BearerPrefix.Length..].Trim())
            : TriggerCredential.OfSignature(headers[SignatureHeader].ToString(), body);
    }

    /// <summary>Every byte as it was sent, since signatures are of bytes. The server's limit of a body bounds it.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        return buffer.ToArray();
    }

    private sealed record Call(long TriggerId, TriggerCredential Credential, ReadOnlyMemory<byte> Body, int? Wait);
}
