using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Everything that keeps a schema from being read as a type, collected so that the user sees all of it at once.</summary>
internal sealed class PlanErrors
{
    private readonly List<string> _messages = [];

    public IReadOnlyList<string> Messages => _messages;

    public void Add(string message) => _messages.Add(message);

    public void CannotConvert(Field field, string member, Type type) =>
        _messages.Add($"column '{field.Name}' ({ColumnTypeName.Of(field)}) cannot be read as {member} ({TypeDisplay.Of(type)})");

    public void NoColumn(string member, Type type) => _messages.Add($"no column for {member} ({TypeDisplay.Of(type)})");
}
