using Microsoft.AspNetCore.Mvc;

namespace Mlops.Server.Api.Problems;

/// <summary>A problem as the answer of a handler.</summary>
internal sealed class ProblemResult(ProblemDetails problem) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => problem.WriteAsync(httpContext);
}
