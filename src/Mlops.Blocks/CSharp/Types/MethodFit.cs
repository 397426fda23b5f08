using Mlops.Blocks.CSharp.Binding;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.CSharp.Types;

/// <summary>
/// Finds what will keep a block's method from taking what the methods upstream return, in all cases: where a run may go well for some values, variables
/// or nulls, there is no problem.
/// </summary>
internal sealed class MethodFit
{
    private const int MaxCases = 256;

    private readonly string _blockUuid;
    private readonly BlockMethods _methods;
    private readonly IReadOnlyList<DeclaredUpstream> _upstream;

    private MethodFit(string blockUuid, BlockMethods methods, IReadOnlyList<DeclaredUpstream> upstream) =>
        (_blockUuid, _methods, _upstream) = (blockUuid, methods, upstream);

    /// <summary>The problems, in words that name both blocks and both types; empty where there is none for sure.</summary>
    public static IReadOnlyList<string> FindProblems(string blockUuid, BlockMethods methods, IReadOnlyList<DeclaredUpstream> upstream)
    {
        var cases = upstream.Select(each => each.Possible()).ToList();
        return methods.IsCallback || cases.Aggregate(1L, (count, each) => Math.Min(MaxCases + 1L, count * each.Count)) > MaxCases
            ? []
            : new MethodFit(blockUuid, methods, upstream).FindProblems(Combine(cases));
    }

    private IReadOnlyList<string> FindProblems(IEnumerable<IReadOnlyList<UpstreamOutputs>> cases)
    {
        var candidates = ParameterPlan.UpstreamCandidates(_methods.Run).ToList();
        IReadOnlyList<string> found = [];
        foreach (var stored in cases)
        {
            // A parameter without a default may be a variable instead; which variables a run will have is not known.
            foreach (var wanted in (ReadOnlySpan<int>)[candidates.Count, candidates.Count(parameter => OutputForms.IsDataOnly(parameter.ParameterType))])
            {
                var problems = FindProblems(UpstreamFit.ToTake(stored, wanted));
                if (problems.Count == 0)
                {
                    return [];
                }

                found = found.Count == 0 ? problems : found;
            }
        }

        return found;
    }

    private List<string> FindProblems(IReadOnlyList<UpstreamOutputs> upstream)
    {
        var plans = ParameterPlan.Of(_methods.Run, upstream.Count);
        var fit = new UpstreamFit(_blockUuid, upstream, WhyNot);
        return
        [
            .. !_methods.IsQuestion && fit.WhyNotAll(plans) is { } tooMany ? [tooMany] : (string[])[],
            .. plans.Where(plan => plan.Source == ParameterSource.Upstream).SelectMany(fit.WhyNot),
        ];
    }

    private string? WhyNot(UpstreamOutputs upstream, StoredOutput stored, Type type)
    {
        var block = _upstream.First(each => each.BlockUuid == upstream.BlockUuid);
        var output = block.Outputs.First(each => each.Name == stored.Output.Name);
        var source = $"{output.Name} of '{upstream.BlockUuid}' ({TypeDisplay.Of(output.Type)})";
        return output.Kind is not { } kind ? null
            : OutputForms.WhyNot(kind, type, source, row => WhyNotRows(output, row, upstream.BlockUuid, source))
            ?? (kind == OutputKind.Json ? WhyNotJson(block, output, type, source) : null);
    }

    private string? WhyNotRows(DeclaredOutput output, Type row, string upstreamUuid, string source)
    {
        if (output.RowType is not { } made)
        {
            return RowTypes.IsRecord(row) ? null : $"{source} is a table, whose rows cannot be taken as {TypeDisplay.Of(row)}. Take them as records with a property for each column.";
        }

        try
        {
            var columns = TableEncoder.SchemaOf(made, upstreamUuid);
            return TableBinder.Validate(columns, row, $"'{upstreamUuid}' ({output.Name})", _blockUuid) is { } misfit
                ? $"{misfit.Message}. Change {TypeDisplay.Of(made)} of '{upstreamUuid}' or {TypeDisplay.Of(row)} of '{_blockUuid}'; a property that takes null needs no column."
                : null;
        }
        catch (TableBindingException)
        {
            // These rows cannot be stored at all, which is the other block's mistake.
            return null;
        }
    }

    private string? WhyNotJson(DeclaredUpstream block, DeclaredOutput output, Type type, string source) =>
        type == typeof(Stream) || new JsonFit(block.Methods!.Run.Module.Assembly).WhyNot(output.Type, type) is not { } reason
            ? null
            : $"{source} cannot be taken as {TypeDisplay.Of(type)}: {reason}. Let '{block.BlockUuid}' return what '{_blockUuid}' takes, or take what it returns.";

    private static IEnumerable<IReadOnlyList<UpstreamOutputs>> Combine(IEnumerable<IReadOnlyList<UpstreamOutputs>> possible) =>
        possible.Aggregate((IEnumerable<IReadOnlyList<UpstreamOutputs>>)[[]], (rows, next) => rows.SelectMany(row => next.Select(each => (IReadOnlyList<UpstreamOutputs>)[.. row, each])));
}
