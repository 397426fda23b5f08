using Microsoft.AspNetCore.Mvc;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Runs.Outputs;
using Mlops.Core.Triggers;
using Mlops.Server.Api.Outputs;
using Mlops.Server.Security;

namespace Mlops.Server.Api.Problems;

/// <summary>The one place where exceptions become answers of the API.</summary>
internal sealed class ApiErrors(RequestDelegate next, ILogger<ApiErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            // Said before anything reads the body: Kestrel's own refusal comes in the midst of reading and costs a warning in the log.
            if (context.Request.ContentLength > SecurityServices.MaximumBodyBytes)
            {
                await Problem.TooLarge().WriteAsync(context);
                return;
            }

            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            // Nobody waits for the answer any more; what was asked for goes on or was given up by its own token.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await (Expected(context, exception) ?? Unexpected(context, exception)).WriteAsync(context);
        }
    }

    private static ProblemDetails? Expected(HttpContext context, Exception exception) => exception switch
    {
        NotFoundException notFound => Problem.From(notFound),
        InvalidRequestException invalid => Problem.From(invalid),
        TriggerTokenException token => Problem.WrongToken(context, token.Message),
        DamagedOutputException damaged => Problem.DamagedOutput(damaged.Message),
        OutputStorageException store => Problem.OutputStoreAway(store.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.TooLarge(),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => Problem.UnsupportedMediaType(context),
        BadHttpRequestException bad => Problem.Create(bad.StatusCode, BadRequests.Type(bad), "The request cannot be read", [BadRequests.Explain(bad)]),
        _ => null,
    };

    private ProblemDetails Unexpected(HttpContext context, Exception exception)
    {
        if (DatabaseHealth.IsAway(exception))
        {
            logger.RequestWithoutDatabase(context.Request.Method, context.Request.Path, exception.Message);
            return Problem.DatabaseAway();
        }

        logger.RequestFailed(context.Request.Method, context.Request.Path, exception);
        return Problem.Unexpected();
    }
}
