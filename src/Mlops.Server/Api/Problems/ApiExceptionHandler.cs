using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Mlops.Core;
using Mlops.Server.Security;

namespace Mlops.Server.Api.Problems;

/// <summary>The one place where exceptions become answers of the API.</summary>
internal sealed class ApiExceptionHandler(ILogger<ApiExceptionHandler> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        var problem = ToProblem(exception);
        if (problem is null)
        {
            logger.RequestFailed(httpContext.Request.Method, httpContext.Request.Path, exception);
        }

        await (problem ?? Problem.Unexpected()).WriteAsync(httpContext);
        return true;
    }

    private static ProblemDetails? ToProblem(Exception exception) => exception switch
    {
        NotFoundException notFound => Problem.From(notFound),
        InvalidRequestException invalid => Problem.From(invalid),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.TooLarge(SecurityServices.MaximumBodyBytes),
        BadHttpRequestException bad => Problem.Create(bad.StatusCode, BadRequests.Type(bad), "The request cannot be read", [BadRequests.Explain(bad)]),
        _ => null,
    };
}
