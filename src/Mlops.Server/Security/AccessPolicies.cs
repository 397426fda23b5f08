using Microsoft.AspNetCore.Authorization;

namespace Mlops.Server.Security;

/// <summary>
/// Who may do what. Every endpoint names its policy; one that names none is denied. Until there are users and roles, whoever reaches the bound
/// address (loopback unless told otherwise) is the local operator.
/// </summary>
internal static class AccessPolicies
{
    /// <summary>The local operator: everything of the product.</summary>
    public const string LocalAccess = "local_access";

    /// <summary>
    /// Whoever holds a trigger's token, which the endpoint itself checks. Nothing that a browser sends by itself counts, so that these endpoints take calls
    /// of other sites' pages as well.
    /// </summary>
    public const string TriggerToken = "trigger_token";

    /// <summary>Whoever holds a signed link to an approval, which the page itself checks.</summary>
    public const string ApprovalLink = "approval_link";

    /// <summary>Nobody needs to be known: probes only.</summary>
    public static AllowAnonymousAttribute Anonymous { get; } = new();

    public static void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(LocalAccess, policy => policy.RequireAuthenticatedUser().RequireClaim(LocalAuthenticationHandler.RoleClaim, "operator"));
        options.AddPolicy(TriggerToken, policy => policy.RequireAssertion(_ => true));
        options.AddPolicy(ApprovalLink, policy => policy.RequireAssertion(_ => true));
        options.DefaultPolicy = options.GetPolicy(LocalAccess)!;
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(context => HasNoRoute(context.Resource)).Build();
    }

    // An unknown address, a wrong method and a wrong media type have no route of ours: they are to end as 404, 405 and 415, not as 403.
    private static bool HasNoRoute(object? resource) => resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;
}
