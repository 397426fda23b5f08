using Mlops.Core.Variables;

namespace Mlops.Server.Components.Pages.Variables;

/// <summary>Whose a variable is, in words.</summary>
internal static class VariableSourceNames
{
    public static string Of(VariableSource source) => source switch
    {
        VariableSource.Global => "All projects",
        VariableSource.Project => "Project",
        VariableSource.Pipeline => "Pipeline",
        VariableSource.Trigger => "Trigger",
        _ => "Run",
    };

    /// <summary>The file that sets it, for people.</summary>
    public static string FileOf(VariableSource source, string project, string? pipeline) => source switch
    {
        VariableSource.Global => "settings.yaml",
        VariableSource.Project => $"{project}/metadata.yaml",
        _ => $"{project}/pipelines/{pipeline}/metadata.yaml",
    };

    /// <summary>Whose variable that is.</summary>
    public static VariablePlace PlaceOf(VariableSource source, string project, string? pipeline) =>
        new(source == VariableSource.Global ? null : project, source == VariableSource.Pipeline ? pipeline : null);
}
