using System.Collections;
using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Reflection;

namespace Mlops.Core.Database;

/// <summary>The properties of a parameter object, for commands that are used again and again.</summary>
internal sealed record CommandParameter(string Name, DbType Type, bool IsList, Func<object, object?> Read);

/// <summary>Binds parameter objects to kept commands.</summary>
internal static class CommandParameters
{
    private static readonly ConcurrentDictionary<Type, CommandParameter[]> ByType = [];

    /// <summary>The parameters that objects of a type hold; read once.</summary>
    public static CommandParameter[] Of(Type type) => ByType.GetOrAdd(type, ReadProperties);

    /// <summary>Gives a command of a batch its parameters.</summary>
    public static void Bind(DbBatchCommand command, object values)
    {
        foreach (var parameter in Of(values.GetType()))
        {
            var added = command.CreateParameter();
            added.ParameterName = parameter.Name;
            added.DbType = parameter.Type;
            added.Value = parameter.Read(values) ?? DBNull.Value;
            command.Parameters.Add(added);
        }
    }

    /// <summary>Gives the command the values of <paramref name="values"/>; adds its parameters at first.</summary>
    public static void Bind(DbCommand command, object values)
    {
        var parameters = Of(values.GetType());
        if (command.Parameters.Count == 0)
        {
            foreach (var parameter in parameters)
            {
                var added = command.CreateParameter();
                added.ParameterName = parameter.Name;
                added.DbType = parameter.Type;
                command.Parameters.Add(added);
            }
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters[i].Value = parameters[i].Read(values) ?? DBNull.Value;
        }
    }

    private static CommandParameter[] ReadProperties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => new CommandParameter(
            property.Name, TypeOf(property.PropertyType), property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)),
            property.GetValue))];

    /// <summary>Told to the driver also where the value is null, which has no type of its own.</summary>
    private static DbType TypeOf(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Boolean => DbType.Boolean,
        TypeCode.Int32 => DbType.Int32,
        TypeCode.Int64 => DbType.Int64,
        TypeCode.Double => DbType.Double,
        TypeCode.String => DbType.String,
        _ when type.IsAssignableTo(typeof(IEnumerable)) => DbType.Object,
        _ => throw new ArgumentException($"A parameter of type {type.Name} cannot be stored; use text, a number or a boolean.", nameof(type)),
    };
}
