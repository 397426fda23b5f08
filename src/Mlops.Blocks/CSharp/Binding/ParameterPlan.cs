using System.Reflection;
using Microsoft.Extensions.Logging;
using Mlops.Sdk;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>Where the value of a parameter comes from.</summary>
internal enum ParameterSource
{
    Context,
    CancellationToken,
    Logger,
    Failure,
    Upstream,
    Variable,
}

/// <summary>
/// A parameter and where its value comes from. In the order of the method, every parameter that is no service and has no C# default takes
/// the next upstream block; once there is none left, the rest are variables, as are all with a default. A type that only an output can be
/// (a table, a model, a stream) never is a variable, so with a default of null it is an upstream block that may be absent.
/// </summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Source">Where its value comes from.</param>
/// <param name="UpstreamIndex">Which upstream block; null where there is none left, or where the source is another.</param>
internal sealed record ParameterPlan(ParameterInfo Parameter, ParameterSource Source, int? UpstreamIndex = null)
{
    public string Name => Parameter.Name!;

    public Type Type => Parameter.ParameterType;

    public static IReadOnlyList<ParameterPlan> Of(MethodInfo method, int upstreamCount)
    {
        var next = 0;
        return [.. method.GetParameters().Select(parameter => Plan(parameter, upstreamCount, ref next))];
    }

    /// <summary>The parameters that take an upstream block where there are enough of them.</summary>
    public static IEnumerable<ParameterInfo> UpstreamCandidates(MethodInfo method) =>
        method.GetParameters().Where(parameter => Service(parameter.ParameterType) is null && IsCandidate(parameter));

    private static ParameterPlan Plan(ParameterInfo parameter, int upstreamCount, ref int next)
    {
        if (Service(parameter.ParameterType) is { } service)
        {
            return new ParameterPlan(parameter, service);
        }

        if (IsCandidate(parameter) && next < upstreamCount)
        {
            return new ParameterPlan(parameter, ParameterSource.Upstream, next++);
        }

        return new ParameterPlan(parameter, OutputForms.IsDataOnly(parameter.ParameterType) ? ParameterSource.Upstream : ParameterSource.Variable);
    }

    private static bool IsCandidate(ParameterInfo parameter) => !parameter.HasDefaultValue || OutputForms.IsDataOnly(parameter.ParameterType);

    private static ParameterSource? Service(Type type) =>
        type == typeof(BlockContext) ? ParameterSource.Context
        : type == typeof(CancellationToken) ? ParameterSource.CancellationToken
        : type == typeof(ILogger) ? ParameterSource.Logger
        : type == typeof(BlockFailure) ? ParameterSource.Failure
        : null;
}
