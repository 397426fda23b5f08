using System.Text.Json;

namespace Mlops.Core.Variables;

/// <summary>A variable with the value that a run has, and all that it goes before.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Where it is set and to what, the one that counts first; at least one.</param>
public sealed record EffectiveVariable(string Name, IReadOnlyList<VariableSetting> Values)
{
    /// <summary>The value that counts.</summary>
    public JsonElement Value => Values[0].Value;

    /// <summary>Where that is set.</summary>
    public VariableSource Source => Values[0].Source;
}

/// <summary>A value of a variable at one source.</summary>
/// <param name="Source">Where it is set.</param>
/// <param name="Value">The value.</param>
public sealed record VariableSetting(VariableSource Source, JsonElement Value);
