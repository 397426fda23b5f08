using System.Globalization;
using Fluid;
using Fluid.Values;
using Mlops.Sdk;

namespace Mlops.Blocks.Templates;

/// <summary>What can be called between double braces.</summary>
/// <param name="context">What the block is told.</param>
/// <param name="missingVariableHint">What the error about an environment variable that is not set says after "not set"; null for nothing.</param>
/// <param name="environment">Gives environment variables; null for one that is not there.</param>
internal sealed class TemplateFunctions(BlockContext context, string? missingVariableHint, Func<string, string?> environment)
{
    /// <summary>Fits every calendar from the first year on.</summary>
    private const decimal MaxHours = 24 * 366 * 1000;

    /// <summary>All their names.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["env_var", "secret", "mage_secret_var", "variables", "n_hours_ago", "n_days_ago", "n_weeks_ago", "n_months_ago"];

    public void AddTo(TemplateContext values)
    {
        Func<string, FunctionArguments, FluidValue>[] functions = [Environment, Secret, Secret, Variable, HoursAgo, DaysAgo, WeeksAgo, MonthsAgo];
        foreach (var (name, function) in All.Zip(functions))
        {
            values.SetValue(name, new FunctionValue((arguments, _) => function(name, arguments)));
        }
    }

    private FluidValue Environment(string function, FunctionArguments arguments)
    {
        var name = Text(function, arguments);
        return environment(name) is { } value
            ? new StringValue(value)
            : arguments.Count > 1 ? arguments.At(1) : throw new TemplateException($"needs the environment variable {name}, which is not set{missingVariableHint}.");
    }

    private StringValue Secret(string function, FunctionArguments arguments)
    {
        try
        {
            return new StringValue(context.Secret(Text(function, arguments)));
        }
        catch (KeyNotFoundException exception)
        {
            throw new TemplateException($"needs a secret. {exception.Message}");
        }
    }

    private FluidValue Variable(string function, FunctionArguments arguments)
    {
        var name = Text(function, arguments);
        return context.Variables.TryGetValue(name, out var value) ? new JsonFluidValue(value)
            : BlockFacts.Find(context, name) is { } fact ? new JsonFluidValue(fact)
            : arguments.Count > 1 ? arguments.At(1)
            : throw new TemplateException($"needs the variable '{name}', which this run does not have. Set it on the pipeline, or write variables('{name}', 'default').");
    }

    /// <summary>Counted back from the instant that the run stands for, so that the run of another day gives its own.</summary>
    private StringValue HoursAgo(string function, FunctionArguments arguments) =>
        new StringValue(context.ExecutionDate.UtcDateTime.AddHours(-Number(function, arguments, 1)).ToString("yyyy-MM-ddTHH:mm:ss+00:00", CultureInfo.InvariantCulture));

    private StringValue DaysAgo(string function, FunctionArguments arguments) => Day(context.ExecutionDate.UtcDateTime.AddDays(-Number(function, arguments, 24)));

    private StringValue WeeksAgo(string function, FunctionArguments arguments) => Day(context.ExecutionDate.UtcDateTime.AddDays(-7 * Number(function, arguments, 24 * 7)));

    private StringValue MonthsAgo(string function, FunctionArguments arguments) => Day(context.ExecutionDate.UtcDateTime.AddMonths(-Number(function, arguments, 24 * 31)));

    private static StringValue Day(DateTime day) => new(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static string Text(string function, FunctionArguments arguments) => arguments.Count > 0 && arguments.At(0).ToStringValue() is { Length: > 0 } text
        ? text
        : throw new TemplateException($"has {function}() between braces, which wants a name: {function}('NAME').");

    private static int Number(string function, FunctionArguments arguments, int hours)
    {
        var given = arguments.Count == 1 ? arguments.At(0) : NilValue.Instance;
        return given is NumberValue or JsonFluidValue && given.ToNumberValue() is var number && number == decimal.Truncate(number) && Math.Abs(number) <= MaxHours / hours
            ? (int)number
            : throw new TemplateException($"has {function}(...) between braces, which wants a whole number: {function}(7).");
    }
}
