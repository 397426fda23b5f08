using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Ast;
using Fluid.Parser;
using Fluid.Values;
using Mlops.Sdk;

namespace Mlops.Blocks.Templates;

/// <summary>
/// The one renderer of templates, in YAML values and SQL: <c>{{ env_var('X') }}</c>, <c>{{ variables('x') }}</c>, <c>{{ ds }}</c>. By Fluid, without
/// tags, filters and reflection, and bounded in size, steps and depth. Thread-safe.
/// </summary>
/// <param name="context">Gives what the block is told; asked when something between braces wants it.</param>
/// <param name="missingVariableHint">What the error about an environment variable that is not set says after "not set"; null for nothing.</param>
/// <param name="environment">Gives environment variables; null for those of this process.</param>
internal sealed class TemplateRenderer(Func<BlockContext> context, string? missingVariableHint, Func<string, string?>? environment = null)
{
    private const string Open = "{{";
    private const int MaxSteps = 10_000;
    private const int MaxRecursion = 20;

    private static readonly Lazy<FluidParser> Parser = new(CreateParser);
    private static readonly Lazy<TemplateOptions> Options = new(() => new TemplateOptions { MaxSteps = MaxSteps, MaxRecursion = MaxRecursion, Undefined = RefuseUnknown });

    /// <summary>Whether there is anything to render in a text.</summary>
    public static bool IsTemplate(string text) => text.Contains(Open, StringComparison.Ordinal);

    /// <summary>The text with what stands between double braces replaced; all else stays as it is.</summary>
    /// <param name="text">The template.</param>
    /// <param name="place">Where it stands, for errors: <c>PASSWORD of the profile 'default' in io_config.yaml</c>.</param>
    /// <exception cref="TemplateException">It cannot be rendered; the message begins with the place.</exception>
    public string Render(string text, string place)
    {
        if (!IsTemplate(text))
        {
            return text;
        }

        try
        {
            using var writer = new BoundedWriter();
            Render(text, writer);
            return writer.ToString();
        }
        catch (TemplateException exception)
        {
            throw new TemplateException($"{place} {exception.Message}");
        }
    }

    /// <summary>The value of what stands between double braces, for texts in which it must be quoted.</summary>
    /// <exception cref="TemplateException">It has none; the message begins with what the place "has" or "needs".</exception>
    public FluidValue Evaluate(string expression) => Evaluate(Parse(expression), CreateValues());

    /// <summary>Whether what stands between double braces could be rendered, as far as that can be known without a run.</summary>
    /// <exception cref="TemplateException">It could not; the message begins with what the place "has" or "needs".</exception>
    public static void Check(string expression)
    {
        if (Parse(expression) is MemberExpression { Segments: [IdentifierSegment { Identifier: var name }, ..] }
            && !BlockFacts.All.Contains(name) && !TemplateFunctions.All.Contains(name))
        {
            throw Unknown(name);
        }
    }

    private static FluidParser CreateParser()
    {
        var parser = new FluidParser(new FluidParserOptions { AllowFunctions = true, AllowParentheses = false, AllowLiquidTag = false });
        parser.RegisteredTags.Clear();
        return parser;
    }

    private static ValueTask<FluidValue> RefuseUnknown(string name) => throw Unknown(name);

    private static TemplateException Unknown(string name) => new(
        $"has '{name}' between braces, which is not known. There are the functions {string.Join(", ", TemplateFunctions.All)} "
        + $"and the values {string.Join(", ", BlockFacts.All)}.");

    private void Render(string text, BoundedWriter writer)
    {
        var at = 0;
        TemplateContext? values = null;
        foreach (Match expression in TemplateText.Find(text))
        {
            writer.Write(text.AsSpan(at, expression.Index - at));
            at = expression.Index + expression.Length;
            Evaluate(Parse(expression.Groups[1].Value), values ??= CreateValues())
                .WriteToAsync(writer, NullEncoder.Default, CultureInfo.InvariantCulture).AsTask().GetAwaiter().GetResult();
        }

        writer.Write(text.AsSpan(at));
    }

    private static Expression Parse(string expression)
    {
        if (!Parser.Value.TryParse($"{{{{ {expression} }}}}", out var template, out var error))
        {
            // End of tag '}}' was expected at (1:7)\nSource:\n{{ ds hr }}: the source may hold a secret, and the place is one in it.
            throw new TemplateException($"cannot be read between braces: {error.Split('\n')[0].Split(" at (")[0]}.");
        }

        return template is FluidTemplate { Statements: [OutputStatement output] }
            ? output.Expression
            : throw new TemplateException("cannot be read between braces: one value is wanted.");
    }

    /// <summary>Nothing in it ever waits: it has ended when it returns.</summary>
    private static FluidValue Evaluate(Expression expression, TemplateContext values) => expression.EvaluateAsync(values).AsTask().GetAwaiter().GetResult();

    private TemplateContext CreateValues()
    {
        var block = context();
        var values = new TemplateContext(Options.Value);
        foreach (var name in BlockFacts.All)
        {
            values.SetValue(name, new JsonFluidValue(block.Variables.TryGetValue(name, out var given) ? given : BlockFacts.Find(block, name)!.Value));
        }

        new TemplateFunctions(block, missingVariableHint, environment ?? Environment.GetEnvironmentVariable).AddTo(values);
        return values;
    }
}
