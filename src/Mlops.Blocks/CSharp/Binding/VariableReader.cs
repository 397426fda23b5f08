using System.Reflection;
using System.Text.Json;
using Mlops.Blocks.Values;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.CSharp.Binding;

/// <summary>Reads variables as the types of parameters.</summary>
internal static class VariableReader
{
    /// <exception cref="FormatException">The value does not fit; names the variable, the value and the type.</exception>
    public static object? Read(JsonElement value, ParameterInfo parameter, string blockUuid)
    {
        var type = parameter.ParameterType;
        if (value.ValueKind == JsonValueKind.Null && type != typeof(JsonElement))
        {
            return Names.TakesNull(parameter) ? null : throw Misfit(value, parameter, blockUuid, null);
        }

        try
        {
            return ValueReader.Read(value, type);
        }
        catch (FormatException exception)
        {
            var isScalar = ScalarReader.IsScalar(Nullable.GetUnderlyingType(type) ?? type);
            throw Misfit(value, parameter, blockUuid, isScalar ? null : exception.Message);
        }
    }

    /// <summary>The C# default; reflection gives null for the default of a struct.</summary>
    public static object? DefaultOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var value = parameter.DefaultValue;
        if (value is null)
        {
            return type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null;
        }

        // An enumeration's default comes as its number where the parameter is nullable.
        var underlying = Nullable.GetUnderlyingType(type) ?? type;
        return underlying.IsEnum ? Enum.ToObject(underlying, value) : value;
    }

    // variable 'strategy' is "42x"; fill_in_missing_values wants Int32
    private static FormatException Misfit(JsonElement value, ParameterInfo parameter, string blockUuid, string? detail)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var choices = type.IsEnum ? $", one of {string.Join(", ", Enum.GetNames(type))}" : "";
        return new($"variable '{parameter.Name}' is {Names.Shorten(value)}; {blockUuid} wants {TypeDisplay.Of(parameter.ParameterType)}{choices}"
            + (detail is null ? "" : $" ({detail})"));
    }
}
