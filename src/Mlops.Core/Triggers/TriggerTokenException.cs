namespace Mlops.Core.Triggers;

/// <summary>A caller did not prove that he knows the token of a trigger, or there is no such trigger: he is not told which. Answered as 401.</summary>
public sealed class TriggerTokenException() : Exception(
    "No trigger of this number has this token. The trigger's page and GET /api/triggers/{id} show both; a token that was rotated is no longer valid.");
