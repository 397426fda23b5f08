using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>Tells forms which variables a block takes.</summary>
internal static class ParameterDescriber
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(string)] = "string",
        [typeof(char)] = "char",
        [typeof(object)] = "object",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(byte)] = "byte",
        [typeof(ushort)] = "ushort",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>What every block is told by name is nothing to ask people for.</summary>
    public static IReadOnlyList<BlockParameter> Describe(MethodInfo method, int upstreamCount) =>
    [
        .. ParameterPlan.Of(method, upstreamCount)
            .Where(plan => plan.Source == ParameterSource.Variable && !BlockFacts.IsOne(plan.Name))
            .Select(plan => Describe(plan.Parameter)),
    ];

    private static BlockParameter Describe(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        JsonElement? value = parameter.HasDefaultValue && VariableReader.DefaultOf(parameter) is { } known ? ValueWriter.ToElement(known) : null;
        return new BlockParameter(
            parameter.Name!,
            CSharpName(type) + (Names.TakesNull(parameter) ? "?" : ""),
            FormOf(type),
            !parameter.HasDefaultValue,
            value,
            type.IsEnum ? Enum.GetNames(type) : []);
    }

    private static ParameterForm FormOf(Type type)
    {
        if (type == typeof(bool))
        {
            return ParameterForm.Switch;
        }

        if (type.IsEnum)
        {
            return ParameterForm.Choice;
        }

        if (ScalarReader.IsNumber(type))
        {
            return type == typeof(float) || type == typeof(double) || type == typeof(decimal) ? ParameterForm.Number : ParameterForm.WholeNumber;
        }

        if (type == typeof(DateOnly))
        {
            return ParameterForm.Date;
        }

        if (type == typeof(DateTime) || type == typeof(DateTimeOffset))
        {
            return ParameterForm.DateTime;
        }

        return ScalarReader.IsScalar(type) ? ParameterForm.Text : ParameterForm.Json;
    }

    private static string CSharpName(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return CSharpName(underlying) + "?";
        }

        if (type.IsArray)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{CSharpName(type.GetElementType()!)}[]");
        }

        return Keywords.GetValueOrDefault(type)
            ?? (type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(CSharpName))}>" : type.Name);
    }
}
