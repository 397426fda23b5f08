using Microsoft.AspNetCore.Http.HttpResults;

namespace Mlops.Server.Api.Mage;

/// <summary>Whether Mage, as its clients think, is there.</summary>
internal static class MageStatusesApi
{
    private static readonly MageStatusList Here = new([new MageStatus()]);

    public static void MapMageStatusesApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/statuses", Get);
        api.MapGet("/status", Get);
    }

    internal static Ok<MageStatusList> Get() => TypedResults.Ok(Here);
}

/// <summary>Mage's envelope.</summary>
internal sealed record MageStatusList(IReadOnlyList<MageStatus> Statuses);

/// <summary>What Mage says of itself.</summary>
internal sealed record MageStatus
{
    /// <summary>Whether it manages other instances.</summary>
    public bool IsInstanceManager { get; }

    /// <summary>Path of its project below the folder of all projects.</summary>
    public string RepoPath { get; } = ".";

    /// <summary>Triggers are due as long as a server is there to answer.</summary>
    public string SchedulerStatus { get; } = "running";

    /// <summary>What it runs on.</summary>
    public string InstanceType { get; } = "server";

    /// <summary>Whether files may not be edited in the browser.</summary>
    public bool DisablePipelineEditAccess { get; }

    /// <summary>Whether one has to sign in.</summary>
    public bool RequireUserAuthentication { get; }
}
