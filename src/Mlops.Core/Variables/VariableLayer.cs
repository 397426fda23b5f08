using System.Text.Json;

namespace Mlops.Core.Variables;

/// <summary>The variables of one source.</summary>
/// <param name="Source">Where they are set.</param>
/// <param name="Variables">Values by name; names are compared with regard to case.</param>
public sealed record VariableLayer(VariableSource Source, IReadOnlyDictionary<string, JsonElement> Variables);
