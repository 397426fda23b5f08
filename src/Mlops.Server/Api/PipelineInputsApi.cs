using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Inputs;
using Mlops.Core.Variables;

namespace Mlops.Server.Api;

/// <summary>What a run of a pipeline can be given, for forms of others.</summary>
internal static class PipelineInputsApi
{
    public static void MapPipelineInputsApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/projects/{project}/pipelines/{pipeline}/inputs", ListAsync).WithName("ListPipelineInputs").WithTags("Pipelines")
            .WithSummary("List what a run of a pipeline can be given")
            .WithDescription("Its variables and what its blocks take by name, with types, defaults and choices. Blocks may have to be compiled for it.").ProducesProblem(404);

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    internal static async Task<Ok<PipelineInputList>> ListAsync(
        string project, string pipeline, PipelineInputService inputs, CancellationToken cancellationToken) =>
        TypedResults.Ok(PipelineInputList.From(await inputs.ListAsync(project, pipeline, cancellationToken)));
}

/// <summary>What a run of a pipeline can be given.</summary>
/// <param name="Inputs">The pipeline's variables in the order of its file, then what else its blocks take.</param>
/// <param name="Unreadable">Blocks of which it is not known what they take.</param>
internal sealed record PipelineInputList(IReadOnlyList<PipelineInputResource> Inputs, IReadOnlyList<UnreadableBlockResource> Unreadable)
{
    public static PipelineInputList From(PipelineInputs inputs) => new(
        [.. inputs.Inputs.Select(PipelineInputResource.From)],
        [.. inputs.Unreadable.Select(block => new UnreadableBlockResource(block.Name, block.Reason))]);
}

/// <summary>A variable that a run can be given.</summary>
internal sealed record PipelineInputResource
{
    /// <summary>Name of the variable.</summary>
    /// <example>days</example>
    public required string Name { get; init; }

    /// <summary>C# type for people.</summary>
    /// <example>int?</example>
    public required string Type { get; init; }

    /// <summary>Which field a form shows.</summary>
    public required ParameterForm Form { get; init; }

    /// <summary>Whether a run must be given it.</summary>
    public required bool IsRequired { get; init; }

    /// <summary>The value of a run that is not given it; null where there is none.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>The allowed values of an enumeration; else empty.</summary>
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>Names of the blocks that take it.</summary>
    public required IReadOnlyList<string> Blocks { get; init; }

    /// <summary>Where the default is set; null where it is the block's own.</summary>
    public VariableSource? Source { get; init; }

    public static PipelineInputResource From(PipelineInput input) => new()
    {
        Name = input.Parameter.Name,
        Type = input.Parameter.Type,
        Form = input.Parameter.Form,
        IsRequired = input.Parameter.IsRequired,
        Default = input.Parameter.Default,
        Choices = input.Parameter.Choices,
        Blocks = input.Blocks,
        Source = input.Source,
    };
}

/// <summary>A block of which it is not known what it takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record UnreadableBlockResource(string Name, string Reason);
