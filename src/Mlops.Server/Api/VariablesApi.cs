using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Variables;

namespace Mlops.Server.Api;

/// <summary>Variables of all projects, of a project and of a pipeline, as their files say.</summary>
internal static class VariablesApi
{
    public static void MapVariablesApi(this IEndpointRouteBuilder api)
    {
        var project = api.MapGroup("/projects/{project}/variables").WithTags("Variables");
        project.MapGet("/", List).WithName("ListVariables").WithSummary("List variables with their values and where they are set")
            .WithDescription("Those of all projects and of the project, and of a pipeline where one is named. The first value of each counts.").ProducesProblem(404);
        project.MapPut("/{name}", SetAsync).WithName("SetVariable").WithSummary("Set a variable of a project, or of one of its pipelines")
            .WithDescription("Changes metadata.yaml in place; comments and order stay.").ProducesProblem(400).ProducesProblem(404);
        project.MapDelete("/{name}", RemoveAsync).WithName("RemoveVariable").WithSummary("Remove a variable of a project, or of one of its pipelines")
            .WithDescription("Changes metadata.yaml in place; comments and order stay. 404 where the file does not set it.").ProducesProblem(400).ProducesProblem(404);
        api.MapDelete("/variables/{name}", RemoveGlobalAsync).WithName("RemoveGlobalVariable").WithTags("Variables").WithSummary("Remove a variable of all projects")
            .WithDescription("Changes settings.yaml in place; comments and order stay. 404 where the file does not set it.").ProducesProblem(400).ProducesProblem(404);
        api.MapPut("/variables/{name}", SetGlobalAsync).WithName("SetGlobalVariable").WithTags("Variables").WithSummary("Set a variable of all projects")
            .WithDescription("Changes settings.yaml in place; comments and order stay.").ProducesProblem(400);
    }

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of a pipeline, whose variables are listed too.</param>
    internal static Ok<VariableList> List(string project, string? pipeline, VariableService variables) =>
        TypedResults.Ok(new VariableList([.. variables.List(project, pipeline).Select(VariableResource.From)]));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="name">Name of the variable.</param>
    /// <param name="pipeline">Uuid of a pipeline, whose variable it is then.</param>
    internal static async Task<NoContent> SetAsync(
        string project, string name, string? pipeline, VariableValue variable, VariableService variables, CancellationToken cancellationToken)
    {
        await variables.SetAsync(new VariablePlace(project, pipeline), name, variable.Value, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <param name="project">Uuid of the project.</param>
    /// <param name="name">Name of the variable.</param>
    /// <param name="pipeline">Uuid of a pipeline, whose variable it is then.</param>
    internal static async Task<NoContent> RemoveAsync(string project, string name, string? pipeline, VariableService variables, CancellationToken cancellationToken)
    {
        await variables.RemoveAsync(new VariablePlace(project, pipeline), name, seen: null, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <param name="name">Name of the variable.</param>
    internal static async Task<NoContent> RemoveGlobalAsync(string name, VariableService variables, CancellationToken cancellationToken)
    {
        await variables.RemoveAsync(new VariablePlace(null), name, seen: null, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <param name="name">Name of the variable.</param>
    internal static async Task<NoContent> SetGlobalAsync(string name, VariableValue variable, VariableService variables, CancellationToken cancellationToken)
    {
        await variables.SetAsync(new VariablePlace(null), name, variable.Value, cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>Variables.</summary>
/// <param name="Variables">By their first appearance in the files.</param>
internal sealed record VariableList(IReadOnlyList<VariableResource> Variables);

/// <summary>A variable with all values that it is set to.</summary>
internal sealed record VariableResource
{
    /// <summary>Its name.</summary>
    /// <example>days</example>
    public required string Name { get; init; }

    /// <summary>The value that counts.</summary>
    public required JsonElement Value { get; init; }

    /// <summary>Where that is set.</summary>
    public required VariableSource Source { get; init; }

    /// <summary>All values, the one that counts first.</summary>
    public required IReadOnlyList<VariableSettingResource> Values { get; init; }

    public static VariableResource From(EffectiveVariable variable) => new()
    {
        Name = variable.Name,
        Value = variable.Value,
        Source = variable.Source,
        Values = [.. variable.Values.Select(value => new VariableSettingResource(value.Source, value.Value))],
    };
}

/// <summary>A value of a variable.</summary>
/// <param name="Source">Where it is set.</param>
/// <param name="Value">The value.</param>
internal sealed record VariableSettingResource(VariableSource Source, JsonElement Value);

/// <summary>The value of a variable, on its way in.</summary>
/// <param name="Value">Any JSON.</param>
internal sealed record VariableValue(JsonElement Value);
