namespace Mlops.Core.Variables;

/// <summary>Where a variable is set; a later one goes before an earlier one.</summary>
public enum VariableSource
{
    /// <summary>For all projects, in <c>settings.yaml</c>.</summary>
    Global,

    /// <summary>For all pipelines of a project, in its <c>metadata.yaml</c>.</summary>
    Project,

    /// <summary>In the pipeline's <c>metadata.yaml</c>.</summary>
    Pipeline,

    /// <summary>In the trigger that makes the run.</summary>
    Trigger,

    /// <summary>Given when the run was started.</summary>
    Run,
}
