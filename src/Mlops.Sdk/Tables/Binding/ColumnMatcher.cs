using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Finds the column of a member: of the same name, else without regard to case, else by letters and digits alone, so that
/// <c>lpep_pickup_datetime</c> fits <c>LpepPickupDatetime</c>.
/// </summary>
internal sealed class ColumnMatcher(IReadOnlyList<Field> columns)
{
    private readonly ILookup<string, int> _byName = Index(columns, static name => name);
    private readonly ILookup<string, int> _byFoldedName = Index(columns, static name => name.ToUpperInvariant());
    private readonly ILookup<string, int> _byLetters = Index(columns, Letters);

    /// <summary>Index of the column; null where there is none or, with an error, where several fit equally well.</summary>
    public int? Find(string name, string member, PlanErrors errors, out bool ambiguous)
    {
        ambiguous = false;
        foreach (var found in (ReadOnlySpan<int[]>)[[.. _byName[name]], [.. _byFoldedName[name.ToUpperInvariant()]], [.. _byLetters[Letters(name)]]])
        {
            if (found.Length > 1)
            {
                ambiguous = true;
                errors.Add($"the columns {string.Join(" and ", found.Select(i => $"'{columns[i].Name}'"))} fit {member} equally well");
                return null;
            }

            if (found.Length == 1)
            {
                return found[0];
            }
        }

        return null;
    }

    private static ILookup<string, int> Index(IReadOnlyList<Field> columns, Func<string, string> key) =>
        Enumerable.Range(0, columns.Count).ToLookup(i => key(columns[i].Name));

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
