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
}
