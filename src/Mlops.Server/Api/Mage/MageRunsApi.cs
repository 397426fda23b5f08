using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Api.Problems;

namespace Mlops.Server.Api.Mage;

/// <summary>Runs of one block whose outputs are the answer, by the token of a trigger of its pipeline: how models are asked.</summary>
internal static class MageRunsApi
{
    private const int MaximumWaitSeconds = 300;
    private const string BearerPrefix = "Bearer ";
    private const string Example = "{\"run\": {\"pipeline_uuid\": \"predict\", \"block_uuid\": \"inference\", \"variables\": {\"name\": \"value\"}}}";

    public static void MapMageRunsApi(this IEndpointRouteBuilder api)
    {
        api.MapPost("/runs", RunByHeaderAsync);
        api.MapPost("/runs/{token}", RunByPathAsync);
    }

    internal static Task<IResult> RunByHeaderAsync(HttpRequest request, MageQuery query, MageBlockCalls calls, MageOutputs outputs)
    {
        var authorization = request.Headers[HeaderNames.Authorization].ToString();
        var token = authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? authorization[BearerPrefix.Length..].Trim() : "";
        return RunByPathAsync(token, request, query, calls, outputs);
    }

    internal static async Task<IResult> RunByPathAsync(string token, HttpRequest request, MageQuery query, MageBlockCalls calls, MageOutputs outputs)
    {
        var wait = TimeSpan.FromSeconds(query.Int("wait", 1, MaximumWaitSeconds, MaximumWaitSeconds));
        query.ThrowIfAny();
        var cancellation = request.HttpContext.RequestAborted;
        var asked = (await MageBody.ReadAsync<MageRunRequestEnvelope>(request, Example)).Run;
        var run = await calls.RunAsync(asked, TriggerCredential.OfToken(token), wait, cancellation);
        return run.Status switch
        {
            RunStatus.Completed => await AnswerAsync(run.BlockRuns.First(block => block.BlockUuid == asked.BlockUuid), outputs, cancellation),
            RunStatus.Failed or RunStatus.Cancelled => Refuse(StatusCodes.Status422UnprocessableEntity, "run_failed", "The run did not complete", Explain(run)),
            _ => Refuse(
                StatusCodes.Status504GatewayTimeout, "run_goes_on", "The run takes longer",
                string.Create(CultureInfo.InvariantCulture, $"Run {run.Id} is not over after {wait.TotalSeconds:N0} s; it goes on. GET /api/pipeline_runs/{run.Id} says where it stands and has its outputs.")),
        };
    }

    private static async Task<IResult> AnswerAsync(BlockRun block, MageOutputs outputs, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = MageJson.Options.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("run");
            writer.WriteNumber("id", block.PipelineRunId);
            writer.WritePropertyName("output");
            try
            {
                await outputs.WriteAsync(block, writer, cancellationToken);
            }
            catch (MageOutputTooLargeException exception)
            {
                return Refuse(StatusCodes.Status413PayloadTooLarge, "output_too_large", "The output is too large", exception.Message);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return TypedResults.Bytes(body.ToArray(), MediaTypeNames.Application.Json);
    }

    private static string Explain(PipelineRun run)
    {
        var failed = run.BlockRuns.FirstOrDefault(block => block.Error is not null);
        var reason = failed?.Error is { } error ? $"Block '{failed.BlockUuid}': {MageFailure.Describe(error)}" : run.Error ?? "It was cancelled.";
        return string.Create(CultureInfo.InvariantCulture, $"Run {run.Id} is {run.Status.ToWord()}. {reason}");
    }

    private static ProblemResult Refuse(int status, string type, string title, string error) => new(Problem.Create(status, type, title, [error]));
}
