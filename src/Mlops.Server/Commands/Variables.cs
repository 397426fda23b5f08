using System.Text.Json;
using Mlops.Core;
using Mlops.Core.Variables;

namespace Mlops.Server.Commands;

/// <summary>Variables given as <c>--var name=value</c>.</summary>
internal static class Variables
{
    /// <summary>A value that is JSON is taken as such (<c>3</c>, <c>true</c>, <c>"3"</c>, <c>[1,2]</c>), any other as text.</summary>
    /// <param name="assignments">What was given.</param>
    /// <param name="option">The option that gave it, for errors.</param>
    /// <exception cref="InvalidRequestException">One has no name or no '=', or two have one name.</exception>
    public static IReadOnlyDictionary<string, JsonElement> Parse(IReadOnlyList<string> assignments, string option = "--var")
    {
        var errors = new List<string>();
        var variables = new Dictionary<string, JsonElement>();
        foreach (var assignment in assignments)
        {
            var sign = assignment.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0)
            {
                errors.Add($"{option} '{assignment}' is not of the form name=value.");
            }
            else if (!variables.TryAdd(assignment[..sign], VariableText.Parse(assignment[(sign + 1)..])))
            {
                errors.Add($"{option} '{assignment[..sign]}' is given twice.");
            }
        }

        return errors.Count == 0 ? variables : throw new InvalidRequestException("invalid_variable", errors);
    }
}
