using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Server.Security;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Security;

public sealed class RouteAccessTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    private static readonly string[] Anonymous = ["/health", "/health/ready"];

    /// <summary>Those that ask for the token of a trigger themselves.</summary>
    private static readonly string[] ByToken =
    [
        "/api/pipeline_schedules/{id}/api_trigger", "/api/pipeline_schedules/{id}/pipeline_runs/{token}", "/api/runs", "/api/runs/{token}",
        "/mage/api/pipeline_schedules/{id}/api_trigger", "/mage/api/pipeline_schedules/{id}/pipeline_runs/{token}", "/mage/api/runs", "/mage/api/runs/{token}",
    ];

    [Fact]
    public void Every_route_names_its_policy_or_is_one_of_the_few_for_everybody()
    {
        var routes = fixture.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        var byPolicy = routes.ToLookup(route => route.Metadata.OfType<IAuthorizeData>().LastOrDefault()?.Policy, Pattern);
        Assert.Equal(Anonymous, byPolicy[null].Distinct().Order());
        Assert.Equal(ByToken, byPolicy[AccessPolicies.TriggerToken].Distinct().Order());
        Assert.Equal(["/approve/{token}"], byPolicy[AccessPolicies.ApprovalLink].Distinct());
        Assert.Equal([null, AccessPolicies.ApprovalLink, AccessPolicies.LocalAccess, AccessPolicies.TriggerToken], byPolicy.Select(group => group.Key).Order());
        foreach (var known in new[] { "/api/projects/", "/_blazor", "/openapi/{documentName}.json", "/scalar/{documentName?}", "/", "/tokens.css" })
        {
            Assert.Contains(known.Trim('/'), routes.Select(route => Pattern(route).Trim('/')));
        }
    }

    [Fact]
    public async Task An_endpoint_without_a_policy_is_denied()
    {
        var policies = fixture.Server.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var fallback = await policies.GetFallbackPolicyAsync();
        var context = new DefaultHttpContext { RequestServices = fixture.Server.Services };
        context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/forgotten"), 0, null, null));

        var result = await fixture.Server.Services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(new System.Security.Claims.ClaimsPrincipal(), context, fallback!);

        Assert.False(result.Succeeded);
    }

    private static string Pattern(RouteEndpoint route) => "/" + route.RoutePattern.RawText?.TrimStart('/');
}
