using System.Reflection;
using System.Text.Json;
using Mlops.Blocks.Errors;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>
/// The values for the parameters of a block or of one of its tests. All that can be checked is checked before anything is read, and all
/// problems are told at once.
/// </summary>
internal sealed class BlockArguments
{
    private readonly BindingScope _scope;
    private readonly UpstreamReader _reader;
    private readonly UpstreamFit _fit;
    private readonly List<string> _problems = [];

    private BlockArguments(BindingScope scope, ICollection<IDisposable> handles)
    {
        (_scope, _reader) = (scope, new UpstreamReader(scope.Memory, scope.BlockUuid, handles));
        _fit = new UpstreamFit(scope.BlockUuid, scope.Upstream, _reader.WhyNot);
    }

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

    private static IReadOnlyList<UpstreamOutputs> UpstreamToTake(MethodInfo method, BindingScope scope) => UpstreamFit.ToTake(scope.Upstream, Wanted(method, scope));

    /// <summary>Parameters that can only be outputs, because no variable has their name.</summary>
    private static int Wanted(MethodInfo method, BindingScope scope) => ParameterPlan.UpstreamCandidates(method)
        .Count(parameter => OutputForms.IsDataOnly(parameter.ParameterType) || !scope.Context.Variables.Keys.Any(name => Names.Normalize(name) == Names.Normalize(parameter.Name!)));

    private object?[] Bind(MethodInfo method, bool takeAll)
    {
        var plans = ParameterPlan.Of(method, _scope.Upstream.Count);
        _problems.AddRange(takeAll && _fit.WhyNotAll(plans) is { } tooMany ? [tooMany] : []);
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
        var before = _problems.Count;
        _problems.AddRange(_fit.WhyNot(plan));
        if (_problems.Count > before || plan.UpstreamIndex is not { } index)
        {
            return () => null;
        }

        var upstream = _scope.Upstream[index];
        return upstream.Parts is not null || upstream.Item is not null ? ReadFanned(plan, upstream)
            : Tuples.IsTuple(plan.Type) ? ReadTuple(plan, upstream)
            : upstream.Outputs.Count == 0 ? () => null
            : () => Read(upstream, upstream.Outputs[0], plan.Type, plan.Name);
    }

    /// <summary>One item of a dynamic block, or what all children of a block made.</summary>
    private Func<object?> ReadFanned(ParameterPlan plan, UpstreamOutputs upstream)
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
                return Problem(UpstreamFit.CannotRead(plan.Name, _scope.BlockUuid, $"'{upstream.BlockUuid}'", exception.Message))();
            }
            catch (IOException exception)
            {
                throw new BlockFailedException(
                    ErrorWords.FileMissing, $"The output of '{upstream.BlockUuid}' cannot be read: {exception.Message} Run '{upstream.BlockUuid}' again.");
            }
        };
    }

    private Func<object?> ReadTuple(ParameterPlan plan, UpstreamOutputs upstream)
    {
        var items = Tuples.ItemTypes(plan.Type).Select((type, i) => (Type: type, Stored: UpstreamFit.ItemOf(upstream, i))).ToList();
        return () => Tuples.Create(plan.Type, [.. items.Select(item => item.Stored is { } stored ? Read(upstream, stored, item.Type, plan.Name) : null)]);
    }

    private object? Read(UpstreamOutputs upstream, StoredOutput stored, Type type, string parameter)
    {
        try
        {
            return _reader.Read(upstream, stored, type);
        }
        catch (Exception exception) when (exception is TableBindingException or TableFormatException or FormatException)
        {
            return Problem(UpstreamFit.CannotRead(parameter, _scope.BlockUuid, $"{stored.Output.Name} of '{upstream.BlockUuid}'", exception.Message))();
        }
        catch (IOException exception)
        {
            throw new BlockFailedException(
                ErrorWords.FileMissing, $"{stored.Output.Name} of '{upstream.BlockUuid}' cannot be read: {exception.Message} Run '{upstream.BlockUuid}' again.");
        }
    }

    private string Missing(ParameterPlan plan)
    {
        if (ScalarReader.IsScalar(Nullable.GetUnderlyingType(plan.Type) ?? plan.Type))
        {
            return $"'{_scope.BlockUuid}' needs the variable {UpstreamFit.Wanted(plan)}. Set it on the pipeline, or give the parameter a default.";
        }

        return _fit.Missing(plan);
    }

    private Func<object?> Problem(string problem)
    {
        _problems.Add(problem);
        return () => null;
    }
}
