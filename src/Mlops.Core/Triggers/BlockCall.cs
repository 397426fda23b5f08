using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>What somebody asks for who knows the token of a trigger: one block of its pipeline.</summary>
/// <param name="PipelineUuid">The pipeline.</param>
/// <param name="ProjectUuids">The projects that may be meant; the one is whose trigger has the token.</param>
/// <param name="Only">The block.</param>
/// <param name="Variables">Variables of the run; they go before the trigger's.</param>
public sealed record BlockCall(
    string PipelineUuid, IReadOnlyList<string> ProjectUuids, BlockSelection Only, IReadOnlyDictionary<string, JsonElement> Variables);
