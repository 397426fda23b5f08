using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Mlops.Blocks.Errors;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>
/// The values for the parameters of a block or of one of its tests. All that can be checked is checked before anything is read, and all
/// problems are told at once.
/// </summary>
internal sealed class BlockArguments
{
    private readonly BindingScope _scope;
    private readonly UpstreamReader _reader;
    private readonly List<string> _problems = [];

    private BlockArguments(BindingScope scope, ICollection<IDisposable> handles) =>
        (_scope, _reader) = (scope, new UpstreamReader(scope.Memory, scope.BlockUuid, handles));

    /// <summary>
    /// Values for a block's method: every upstream block must be taken by a parameter, unless it stored nothing. A tuple takes all outputs of
    /// its upstream block, any other parameter the only one.
    /// </summary>
    /// <exception cref="BlockFailedException">Upstream outputs or variables do not fit; every problem is named.</exception>
    public static object?[] ForBlock(MethodInfo method, BindingScope scope, ICollection<IDisposable> handles) =>
        new BlockArguments(scope with { Upstream = UpstreamToTake(method, scope) }, handles).Bind(method, takeAll: true);

    /// <summary>Values for a condition or a sensor: upstream blocks as for a block, but those at the end may be left out.</summary>
    /// <exception cref="BlockFailedException">Upstream outputs or variables do not fit; every problem is named.</exception>
    public static object?[] ForQuestion(MethodInfo method, BindingScope scope, ICollection<IDisposable> handles) =>
        new BlockArguments(scope with { Upstream = UpstreamToTake(method, scope) }, handles).Bind(method, takeAll: false);

    /// <summary>Values for a test: each output has a parameter, or a tuple takes all; those at the end may be left out.</summary>
    /// <exception cref="BlockFailedException">Outputs or variables do not fit; every problem is named.</exception>
    public static object?[] ForTest(MethodInfo method, BindingScope scope, UpstreamOutputs own, ICollection<IDisposable> handles)
    {
        var takesTuple = ParameterPlan.UpstreamCandidates(method).FirstOrDefault() is { } first && Tuples.IsTuple(first.ParameterType);
        IReadOnlyList<UpstreamOutputs> outputs = takesTuple ? [own] : [.. own.Outputs.Select(output => own with { Outputs = [output] })];
        return new BlockArguments(scope with { Upstream = outputs }, handles).Bind(method, takeAll: false);
    }

    /// <summary>Values for a callback: outputs as for a test, and null for those that the block did not make.</summary>
    /// <exception cref="BlockFailedException">Outputs or variables do not fit; every problem is named.</exception>
    public static object?[] ForCallback(MethodInfo method, BindingScope scope, UpstreamOutputs parent, ICollection<IDisposable> handles)
    {
        var missing = Math.Max(0, Wanted(method, scope) - parent.Outputs.Count);
        IReadOnlyList<UpstreamOutputs> outputs =
        [
            .. parent.Outputs.Select(output => parent with { Outputs = [output] }),
            .. Enumerable.Repeat(parent with { Outputs = [] }, missing),
        ];
        return new BlockArguments(scope with { Upstream = outputs }, handles).Bind(method, takeAll: false);
    }

    /// <summary>
    /// An upstream block that stored nothing is there for the order only and takes no parameter, unless the method has one for it: then it is null.
    /// </summary>
    private static IReadOnlyList<UpstreamOutputs> UpstreamToTake(MethodInfo method, BindingScope scope)
    {
        var withOutputs = scope.Upstream.Where(upstream => upstream.Outputs.Count > 0 || upstream.Parts is not null).ToList();
        return withOutputs.Count == scope.Upstream.Count || Wanted(method, scope) >= scope.Upstream.Count ? scope.Upstream : withOutputs;
    }

    /// <summary>Parameters that can only be outputs, because no variable has their name.</summary>
    private static int Wanted(MethodInfo method, BindingScope scope) => ParameterPlan.UpstreamCandidates(method)
        .Count(parameter => UpstreamReader.IsDataOnly(parameter.ParameterType) || !scope.Context.Variables.Keys.Any(name => Names.Normalize(name) == Names.Normalize(parameter.Name!)));

    private object?[] Bind(MethodInfo method, bool takeAll)
    {
        var plans = ParameterPlan.Of(method, _scope.Upstream.Count);
        var taken = plans.Count(plan => plan.UpstreamIndex is not null);
        if (takeAll && taken < _scope.Upstream.Count)
        {
            _problems.Add(TooMany(plans, _scope.Upstream));
        }

        var reads = plans.Select(Prepare).ToList();
        ThrowProblems();
        var values = reads.Select(read => read()).ToArray();
        ThrowProblems();
        return values;
    }

    private void ThrowProblems()
    {
        if (_problems.Count > 0)
        {
            throw new BlockFailedException(ErrorWords.Binding, _problems);
        }
    }

    /// <summary>Checks a parameter now; the function returned reads its value.</summary>
    private Func<object?> Prepare(ParameterPlan plan) => plan.Source switch
    {
        ParameterSource.Context => () => _scope.Context,
        ParameterSource.CancellationToken => () => _scope.CancellationToken,
        ParameterSource.Logger => () => _scope.Context.Logger,
        ParameterSource.Failure => () => _scope.Failure,
        ParameterSource.Variable => PrepareVariable(plan),
        _ => PrepareUpstream(plan),
    };

    private Func<object?> PrepareVariable(ParameterPlan plan)
    {
        try
        {
            if (_scope.FindVariable(plan.Name) is { } value && !IsAbsentFact(plan, value))
            {
                var read = VariableReader.Read(value, plan.Parameter, _scope.BlockUuid);
                return () => read;
            }
        }
        catch (FormatException exception)
        {
            return Problem(exception.Message);
        }

        return plan.Parameter.HasDefaultValue ? () => VariableReader.DefaultOf(plan.Parameter) : Problem(Missing(plan));
    }

    /// <summary>What this run has not (a trigger, an interval) leaves a parameter its default.</summary>
    private static bool IsAbsentFact(ParameterPlan plan, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null && plan.Parameter.HasDefaultValue && BlockFacts.IsOne(plan.Name);

    private Func<object?> PrepareUpstream(ParameterPlan plan)
    {
        if (plan.UpstreamIndex is not { } index)
        {
            return plan.Parameter.HasDefaultValue ? () => null : Problem(Missing(plan));
        }

        var upstream = _scope.Upstream[index];
        if (upstream.Parts is not null || upstream.Item is not null)
        {
            return PrepareFanned(plan, upstream);
        }

        if (Tuples.IsTuple(plan.Type))
        {
            return PrepareTuple(plan, upstream);
        }

        return upstream.Outputs switch
        {
            [] => Names.TakesNull(plan.Parameter) ? () => null : Problem(
                $"'{upstream.BlockUuid}' stored no output, but '{_scope.BlockUuid}' takes one as '{plan.Name}' ({TypeDisplay.Of(plan.Type)}). "
                + "Let it return something, or make the parameter nullable."),
            [var only] => PrepareOutput(upstream, only, plan.Type, plan.Name),
            _ => Problem(string.Create(
                CultureInfo.InvariantCulture,
                $"'{upstream.BlockUuid}' has {upstream.Outputs.Count} outputs, but '{plan.Name}' of '{_scope.BlockUuid}' takes one. Take them as a tuple of {upstream.Outputs.Count}.")),
        };
    }

    /// <summary>One item of a dynamic block, or what all children of a block made.</summary>
    private Func<object?> PrepareFanned(ParameterPlan plan, UpstreamOutputs upstream)
    {
        var reader = new FanReader(_reader, _scope.Memory);
        return () =>
        {
            try
            {
                return upstream.Parts is { } parts ? reader.ReadParts(parts, plan.Type) : reader.ReadItem(upstream, plan.Type);
            }
            catch (Exception exception) when (exception is TableBindingException or TableFormatException or FormatException)
            {
                return Problem($"'{plan.Name}' of '{_scope.BlockUuid}' cannot be read from '{upstream.BlockUuid}': {exception.Message}")();
            }
            catch (IOException exception)
            {
                throw new BlockFailedException(
                    ErrorWords.FileMissing, $"The output of '{upstream.BlockUuid}' cannot be read: {exception.Message} Run '{upstream.BlockUuid}' again.");
            }
        };
    }

    private Func<object?> PrepareTuple(ParameterPlan plan, UpstreamOutputs upstream)
    {
        var types = Tuples.ItemTypes(plan.Type);
        var takeNull = Names.ItemsTakeNull(plan.Parameter);
        var names = types.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"output_{i}")).ToList();
        if (upstream.Outputs.FirstOrDefault(output => !names.Contains(output.Output.Name)) is { } extra)
        {
            return Problem(string.Create(
                CultureInfo.InvariantCulture,
                $"'{upstream.BlockUuid}' has an {extra.Output.Name}, but '{plan.Name}' of '{_scope.BlockUuid}' is a tuple of {types.Count}. Give it an item for each output."));
        }

        var reads = names.Select((name, i) => upstream.Outputs.FirstOrDefault(output => output.Output.Name == name) switch
        {
            { } stored => PrepareOutput(upstream, stored, types[i], plan.Name),
            null when takeNull[i] => () => null,
            null => Problem(
                $"'{upstream.BlockUuid}' stored no {name}, but '{plan.Name}' of '{_scope.BlockUuid}' takes it as {TypeDisplay.Of(types[i])}. "
                + "Take fewer items, or make that item nullable."),
        }).ToList();
        return () => Tuples.Create(plan.Type, [.. reads.Select(read => read())]);
    }

    private Func<object?> PrepareOutput(UpstreamOutputs upstream, StoredOutput stored, Type type, string parameter)
    {
        if (_reader.WhyNot(upstream, stored, type) is { } reason)
        {
            return Problem($"'{parameter}' of '{_scope.BlockUuid}': {reason}");
        }

        return () =>
        {
            try
            {
                return _reader.Read(upstream, stored, type);
            }
            catch (Exception exception) when (exception is TableBindingException or TableFormatException or FormatException)
            {
                return Problem($"'{parameter}' of '{_scope.BlockUuid}' cannot be read from {stored.Output.Name} of '{upstream.BlockUuid}': {exception.Message}")();
            }
            catch (IOException exception)
            {
                throw new BlockFailedException(
                    ErrorWords.FileMissing, $"{stored.Output.Name} of '{upstream.BlockUuid}' cannot be read: {exception.Message} Run '{upstream.BlockUuid}' again.");
            }
        };
    }

    private string Missing(ParameterPlan plan)
    {
        var wanted = $"'{plan.Name}' ({TypeDisplay.Of(plan.Type)})";
        if (ScalarReader.IsScalar(Nullable.GetUnderlyingType(plan.Type) ?? plan.Type))
        {
            return $"'{_scope.BlockUuid}' needs the variable {wanted}. Set it on the pipeline, or give the parameter a default.";
        }

        var upstream = _scope.Upstream.Count == 0 ? "no upstream block" : $"only {string.Join(", ", _scope.Upstream.Select(block => $"'{block.BlockUuid}'"))} upstream";
        return $"'{_scope.BlockUuid}' may be missing upstream blocks: it takes {wanted}, but has {upstream}"
            + (plan.Source == ParameterSource.Variable ? " and no variable of that name. " : ". ")
            + "Connect a block, or remove the parameter.";
    }

    private string TooMany(IReadOnlyList<ParameterPlan> plans, IReadOnlyList<UpstreamOutputs> upstream)
    {
        var parameters = plans.Where(plan => plan.UpstreamIndex is not null).Select(plan => $"'{plan.Name}'").ToList();
        var blocks = string.Join(", ", upstream.Select(block => $"'{block.BlockUuid}'"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"'{_scope.BlockUuid}' has {upstream.Count} upstream blocks ({blocks}), but its method takes {(parameters.Count == 0 ? "none of them" : "only " + string.Join(", ", parameters))}. Add a parameter for each, or remove the connection.");
    }

    private Func<object?> Problem(string problem)
    {
        _problems.Add(problem);
        return () => null;
    }
}
