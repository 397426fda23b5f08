using System.Globalization;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>
/// Whether upstream outputs fit the parameters that take them, without reading one. A run asks it of what is stored, a check before the run of what
/// the methods upstream declare.
/// </summary>
/// <param name="blockUuid">The block with the parameters.</param>
/// <param name="upstream">The upstream blocks with their outputs, by position.</param>
/// <param name="whyNot">Why an output cannot be taken as a type; null where it can, as far as is known.</param>
internal sealed class UpstreamFit(string blockUuid, IReadOnlyList<UpstreamOutputs> upstream, Func<UpstreamOutputs, StoredOutput, Type, string?> whyNot)
{
    /// <summary>
    /// An upstream block that stored nothing is there for the order only and takes no parameter, unless the method has one for it: then it is null.
    /// </summary>
    /// <param name="upstream">All upstream blocks.</param>
    /// <param name="wanted">Parameters that can only be outputs.</param>
    public static IReadOnlyList<UpstreamOutputs> ToTake(IReadOnlyList<UpstreamOutputs> upstream, int wanted)
    {
        var withOutputs = upstream.Where(each => each.Outputs.Count > 0 || each.Parts is not null).ToList();
        return withOutputs.Count == upstream.Count || wanted >= upstream.Count ? upstream : withOutputs;
    }

    /// <summary>The output that a tuple's item takes; null where there is none.</summary>
    public static StoredOutput? ItemOf(UpstreamOutputs upstream, int index) => upstream.Outputs.FirstOrDefault(output => output.Output.Name == NameOf(index));

    /// <summary>A value that cannot become what a parameter wants, in words.</summary>
    public static string CannotRead(string parameter, string block, string output, string reason) => $"'{parameter}' of '{block}' cannot be read from {output}: {reason}";

    /// <summary>A parameter with its type, in words.</summary>
    public static string Wanted(ParameterPlan plan) => $"'{plan.Name}' ({TypeDisplay.Of(plan.Type)})";

    /// <summary>Why not every upstream block has a parameter that takes it; null where each has.</summary>
    public string? WhyNotAll(IReadOnlyList<ParameterPlan> plans)
    {
        var parameters = plans.Where(plan => plan.UpstreamIndex is not null).Select(plan => $"'{plan.Name}'").ToList();
        var blocks = string.Join(", ", upstream.Select(block => $"'{block.BlockUuid}'"));
        return parameters.Count >= upstream.Count ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"'{blockUuid}' has {upstream.Count} upstream blocks ({blocks}), but its method takes {(parameters.Count == 0 ? "none of them" : "only " + string.Join(", ", parameters))}. Add a parameter for each, or remove the connection.");
    }

    /// <summary>Why a parameter that is an upstream output cannot take it; empty where it can, as far as is known before it is read.</summary>
    public IEnumerable<string> WhyNot(ParameterPlan plan)
    {
        if (plan.UpstreamIndex is not { } index)
        {
            return plan.Parameter.HasDefaultValue ? [] : [Missing(plan)];
        }

        var block = upstream[index];
        if (block.Parts is not null || block.Item is not null)
        {
            return [];
        }

        return Tuples.IsTuple(plan.Type) ? WhyNotTuple(plan, block) : WhyNotOne(plan, block) is { } problem ? [problem] : [];
    }

    /// <summary>A parameter for which no upstream block is left.</summary>
    public string Missing(ParameterPlan plan)
    {
        var blocks = upstream.Count == 0 ? "no upstream block" : $"only {string.Join(", ", upstream.Select(block => $"'{block.BlockUuid}'"))} upstream";
        return $"'{blockUuid}' may be missing upstream blocks: it takes {Wanted(plan)}, but has {blocks}"
            + (plan.Source == ParameterSource.Variable ? " and no variable of that name. " : ". ")
            + "Connect a block, or remove the parameter.";
    }

    private string? WhyNotOne(ParameterPlan plan, UpstreamOutputs block) => block.Outputs switch
    {
        [] => Names.TakesNull(plan.Parameter) ? null
            : $"'{block.BlockUuid}' stored no output, but '{blockUuid}' takes one as {Wanted(plan)}. Let it return something, or make the parameter nullable.",
        [var only] => WhyNotOutput(plan, block, only, plan.Type),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"'{block.BlockUuid}' has {block.Outputs.Count} outputs, but '{plan.Name}' of '{blockUuid}' takes one. Take them as a tuple of {block.Outputs.Count}."),
    };

    private IEnumerable<string> WhyNotTuple(ParameterPlan plan, UpstreamOutputs block)
    {
        var types = Tuples.ItemTypes(plan.Type);
        var takeNull = Names.ItemsTakeNull(plan.Parameter);
        var names = types.Select((_, i) => NameOf(i)).ToList();
        if (block.Outputs.FirstOrDefault(output => !names.Contains(output.Output.Name)) is { } extra)
        {
            return
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{block.BlockUuid}' has an {extra.Output.Name}, but '{plan.Name}' of '{blockUuid}' is a tuple of {types.Count}. Give it an item for each output."),
            ];
        }

        return names.Select((name, i) => ItemOf(block, i) switch
        {
            { } stored => WhyNotOutput(plan, block, stored, types[i]),
            null when takeNull[i] => null,
            null => $"'{block.BlockUuid}' stored no {name}, but '{plan.Name}' of '{blockUuid}' takes it as {TypeDisplay.Of(types[i])}. "
                + "Take fewer items, or make that item nullable.",
        }).OfType<string>();
    }

    private string? WhyNotOutput(ParameterPlan plan, UpstreamOutputs block, StoredOutput stored, Type type) =>
        whyNot(block, stored, type) is { } reason ? $"'{plan.Name}' of '{blockUuid}': {reason}" : null;

    private static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"output_{index}");
}
