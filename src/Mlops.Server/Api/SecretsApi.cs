using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Secrets;

namespace Mlops.Server.Api;

/// <summary>Secrets of a project and of all projects: names to read, values to write.</summary>
internal static class SecretsApi
{
    public static void MapSecretsApi(this IEndpointRouteBuilder api)
    {
        var own = api.MapGroup("/projects/{project}/secrets").WithTags("Secrets");
        own.MapGet("/", ListAsync).WithName("ListSecrets").WithSummary("List the secrets that a project can use")
            .WithDescription("By name, its own and those of all projects; never their values.").ProducesProblem(404);
        own.MapPut("/{name}", SetAsync).WithName("SetSecret").WithSummary("Set a secret of a project")
            .WithDescription("Made where there is none. The value is never given back.").ProducesProblem(400).ProducesProblem(404);
        own.MapDelete("/{name}", RemoveAsync).WithName("RemoveSecret").WithSummary("Remove a secret of a project")
            .WithDescription("Runs that are under way keep it.").ProducesProblem(404);

        var common = api.MapGroup("/secrets").WithTags("Secrets");
        common.MapGet("/", ListCommonAsync).WithName("ListCommonSecrets").WithSummary("List the secrets of all projects")
            .WithDescription("By name; never their values.");
        common.MapPut("/{name}", SetCommonAsync).WithName("SetCommonSecret").WithSummary("Set a secret of all projects")
            .WithDescription("A project's own of the same name goes before it.").ProducesProblem(400);
        common.MapDelete("/{name}", RemoveCommonAsync).WithName("RemoveCommonSecret").WithSummary("Remove a secret of all projects")
            .WithDescription("Runs that are under way keep it.").ProducesProblem(404);
    }

    /// <param name="project">Uuid of the project.</param>
    internal static async Task<Ok<SecretList>> ListAsync(string project, SecretService secrets, CancellationToken cancellationToken) =>
        TypedResults.Ok(SecretList.From(await secrets.ListAsync(project, cancellationToken)));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="name">Name of the secret.</param>
    internal static async Task<Ok<SecretResource>> SetAsync(
        string project, string name, SecretValue secret, HttpContext context, SecretService secrets, CancellationToken cancellationToken) =>
        TypedResults.Ok(SecretResource.From(await secrets.SetAsync(project, name, secret.Value, context.User.Identity?.Name, cancellationToken)));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="name">Name of the secret.</param>
    internal static async Task<NoContent> RemoveAsync(string project, string name, SecretService secrets, CancellationToken cancellationToken)
    {
        await secrets.RemoveAsync(project, name, cancellationToken);
        return TypedResults.NoContent();
    }

    internal static async Task<Ok<SecretList>> ListCommonAsync(SecretService secrets, CancellationToken cancellationToken) =>
        TypedResults.Ok(SecretList.From(await secrets.ListAsync(null, cancellationToken)));

    /// <param name="name">Name of the secret.</param>
    internal static async Task<Ok<SecretResource>> SetCommonAsync(
        string name, SecretValue secret, HttpContext context, SecretService secrets, CancellationToken cancellationToken) =>
        TypedResults.Ok(SecretResource.From(await secrets.SetAsync(null, name, secret.Value, context.User.Identity?.Name, cancellationToken)));

    /// <param name="name">Name of the secret.</param>
    internal static async Task<NoContent> RemoveCommonAsync(string name, SecretService secrets, CancellationToken cancellationToken)
    {
        await secrets.RemoveAsync(null, name, cancellationToken);
        return TypedResults.NoContent();
    }
}
