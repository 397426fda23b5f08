namespace Mlops.Server.Components.Shared;

/// <summary>Addresses of the pages. Names of projects and pipelines are escaped here and nowhere else.</summary>
internal static class Addresses
{
    public const string Workers = "/workers";

    public static string Pipelines(string project) => $"/projects/{Escape(project)}/pipelines";

    public static string Pipeline(string project, string pipeline) => $"{Pipelines(project)}/{Escape(pipeline)}";

    public static string PipelineTriggers(string project, string pipeline) => $"{Pipeline(project, pipeline)}/triggers";

    public static string Trigger(string project, string pipeline, string name) => $"{PipelineTriggers(project, pipeline)}/{Escape(name)}";

    public static string PipelineRuns(string project, string pipeline) => $"{Pipeline(project, pipeline)}/runs";

    public static string PipelineBackfills(string project, string pipeline) => $"{Pipeline(project, pipeline)}/backfills";

    public static string Backfill(string project, string pipeline, long backfill) => FormattableString.Invariant($"{PipelineBackfills(project, pipeline)}/{backfill}");

    public static string Run(string project, string pipeline, long run) => FormattableString.Invariant($"{PipelineRuns(project, pipeline)}/{run}");

    public static string Runs(string project) => $"/projects/{Escape(project)}/runs";

    public static string Backfills(string project) => $"/projects/{Escape(project)}/backfills";

    public static string Products(string project) => $"/projects/{Escape(project)}/global-data-products";

    public static string Triggers(string project) => $"/projects/{Escape(project)}/triggers";

    /// <param name="project">The project.</param>
    /// <param name="decided">Those that are over, instead of the open ones.</param>
    public static string Approvals(string project, bool decided = false) => $"/projects/{Escape(project)}/approvals{(decided ? "?show=decided" : "")}";

    public static string Secrets(string project) => $"/projects/{Escape(project)}/secrets";

    /// <param name="project">The project.</param>
    /// <param name="pipeline">The pipeline whose variables are shown too; null or empty for none.</param>
    public static string Variables(string project, string? pipeline = null) =>
        $"/projects/{Escape(project)}/variables{(string.IsNullOrEmpty(pipeline) ? "" : $"?pipeline={Escape(pipeline)}")}";

    private static string Escape(string name) => Uri.EscapeDataString(name);
}
