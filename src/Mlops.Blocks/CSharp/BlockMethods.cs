using System.Globalization;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mlops.Blocks.Errors;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.CSharp;

/// <summary>The methods of a block's file that we call.</summary>
/// <param name="Run">The block itself; of callbacks the first.</param>
/// <param name="BlockType">The block type's word by its attribute.</param>
/// <param name="Tests">Its tests in the order of the file.</param>
/// <param name="Source">The file.</param>
internal sealed record BlockMethods(MethodInfo Run, string BlockType, IReadOnlyList<MethodInfo> Tests, SourceFile Source)
{
    private static readonly string[] Outcomes = ["success", "failure", "cancelled"];

    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Whether the block says yes or no instead of making something.</summary>
    public bool IsQuestion => BlockType is "conditional" or "sensor";

    /// <summary>Whether the file holds callbacks, up to one for each outcome.</summary>
    public bool IsCallback => BlockType == "callback";

    /// <summary>The callback for <c>success</c>, <c>failure</c> or <c>cancelled</c>; null where the file has none.</summary>
    public MethodInfo? FindCallback(string outcome) =>
        Run.Module.Assembly.GetTypes().SelectMany(type => type.GetMethods(Any)).FirstOrDefault(method => OutcomesOf(method).Contains(outcome));

    /// <exception cref="BlockFailedException">No block, more than one, or a method that cannot be called.</exception>
    public static BlockMethods Find(Assembly assembly, SourceFile source)
    {
        var methods = assembly.GetTypes().SelectMany(type => type.GetMethods(Any)).OrderBy(method => method.MetadataToken).ToList();
        var blocks = methods.Where(method => method.IsDefined(typeof(BlockAttribute), inherit: false)).ToList();
        var tests = methods.Where(method => method.IsDefined(typeof(TestAttribute), inherit: false)).ToList();
        var problems = blocks.Concat(tests).Select(method => WhyNotCallable(method, source)).OfType<string>().ToList();
        if (blocks.Count > 0 && blocks.TrueForAll(method => method.IsDefined(typeof(CallbackAttribute), inherit: false)))
        {
            problems.AddRange(WhyNotCallbacks(blocks, source));
        }
        else if (blocks.Count != 1)
        {
            problems.Insert(0, blocks.Count == 0 ? NoBlock(source) : TwoBlocks(blocks, source));
        }

        if (problems.Count > 0)
        {
            throw Wrong(string.Join('\n', problems), source, blocks.Count > 0 ? LineOf(blocks[^1], source) : 1);
        }

        var attribute = blocks[0].GetCustomAttributes<BlockAttribute>(inherit: false).First();
        return new BlockMethods(blocks[0], attribute.BlockType, tests, source);
    }

    /// <exception cref="BlockFailedException">The attribute is that of another type.</exception>
    public void RequireType(string blockType)
    {
        if (BlockType != blockType)
        {
            throw Wrong(
                $"{Source.Path} is a {BlockType} by its attribute, but the pipeline uses it as {blockType}. "
                + "Change the attribute in the file or the block's type in metadata.yaml.",
                Source,
                LineOf(Run, Source));
        }
    }

    /// <summary>An error at the place of the block's method.</summary>
    public BlockError ErrorAt(string type, string message)
    {
        var (line, column) = PlaceOf(Run, Source);
        return new BlockError(type, message).At(Source.Path, line, column, Source.ToString());
    }

    private static IEnumerable<string> OutcomesOf(MethodInfo method) => method.GetCustomAttributes<CallbackAttribute>(inherit: false).Select(callback => callback.Outcome);

    private static IEnumerable<string> WhyNotCallbacks(List<MethodInfo> methods, SourceFile source)
    {
        foreach (var outcome in methods.SelectMany(OutcomesOf).Where(outcome => !Outcomes.Contains(outcome)).Distinct(StringComparer.Ordinal))
        {
            yield return $"{source.Path} has a callback for '{outcome}', which is no outcome. Write {string.Join(", ", Outcomes.Select(known => $"\"{known}\""))}.";
        }

        foreach (var outcome in methods.SelectMany(OutcomesOf).GroupBy(outcome => outcome, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"{source.Path} has {outcome.Count()} callbacks for '{outcome.Key}'; keep one.";
        }
    }

    private static BlockFailedException Wrong(string message, SourceFile source, int line) =>
        new(new BlockError(ErrorWords.Signature, message).At(source.Path, line, null, source.ToString()));

    private static string NoBlock(SourceFile source) =>
        $"{source.Path} has no block. Mark one public static method with [DataLoader], [Transformer], [DataExporter], [Trainer], [Custom], [Sensor], [Condition] or [Callback].";

    private static string TwoBlocks(List<MethodInfo> blocks, SourceFile source)
    {
        var names = blocks.Select(method => string.Create(CultureInfo.InvariantCulture, $"{method.Name} (line {LineOf(method, source)})"));
        return $"{source.Path} has {(blocks.Count == 2 ? "two" : blocks.Count.ToString(CultureInfo.InvariantCulture))} blocks: {string.Join(", ", names)}; keep one.";
    }

    private static string? WhyNotCallable(MethodInfo method, SourceFile source)
    {
        string[] faults =
        [
            .. method.IsPublic ? [] : (string[])["is not public"],
            .. method.IsStatic ? [] : (string[])["is not static"],
            .. method.ContainsGenericParameters ? (string[])["is generic"] : [],
            .. method.IsDefined(typeof(ConditionAttribute)) || method.IsDefined(typeof(SensorAttribute)) ? WhyNoAnswer(method.ReturnType) : [],
            .. method.GetParameters().Any(parameter => parameter.ParameterType.IsByRef || parameter.ParameterType.IsByRefLike)
                ? (string[])["takes a ref, out, in or span parameter"] : [],
        ];
        return faults.Length == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{source.Path}: {method.Name} (line {LineOf(method, source)}) {string.Join(" and ", faults)}; make it public static, with plain parameters{(faults.Any(fault => fault.StartsWith("returns", StringComparison.Ordinal)) ? ", and let it return bool" : "")}.");
    }

    private static string[] WhyNoAnswer(Type type) =>
        type == typeof(bool) || type == typeof(Task<bool>) || type == typeof(ValueTask<bool>)
            ? [] : [$"returns {TypeDisplay.Of(type)} instead of bool, which is what it has to say"];

    private static int LineOf(MethodInfo method, SourceFile source) => PlaceOf(method, source).Line;

    /// <summary>Place of the method's name, from 1; methods of one name are told apart by their number of parameters.</summary>
    private static (int Line, int Column) PlaceOf(MethodInfo method, SourceFile source)
    {
        var parameterCount = method.GetParameters().Length;
        var declarations = CSharpSyntaxTree.ParseText(source.ToSourceText()).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>();
        var declaration = declarations.Where(node => node.AttributeLists.Count > 0 && node.Identifier.Text == method.Name)
            .OrderBy(node => node.ParameterList.Parameters.Count == parameterCount ? 0 : 1)
            .FirstOrDefault();
        return declaration?.Identifier.GetLocation().GetLineSpan().StartLinePosition is { } start ? (start.Line + 1, start.Character + 1) : (1, 1);
    }
}
