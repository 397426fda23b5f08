using System.Linq.Expressions;
using System.Reflection;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Compiles the loop that makes records out of decoded columns. It holds nothing but array loads and the constructor, so all that can go
/// wrong with a cell is in ordinary code:
/// <code>for (i = 0; i &lt; count; i++) rows[i] = new T(a0[i], a1[i]) { P = a2[i] };</code>
/// </summary>
internal static class RowConstructor
{
    public static Action<Array[], T[], int> Compile<T>(
        ConstructorInfo? constructor, IReadOnlyList<MemberValue> arguments, IEnumerable<PropertyValue> properties, IReadOnlyList<MemberPlan> members)
    {
        var buffers = Expression.Parameter(typeof(Array[]), "buffers");
        var rows = Expression.Parameter(typeof(T[]), "rows");
        var count = Expression.Parameter(typeof(int), "count");
        var index = Expression.Variable(typeof(int), "i");
        var arrays = members.Select(m => Expression.Variable(m.Cells.CellType.MakeArrayType())).ToList();

        Expression Value(MemberValue value, Type type) => value.Slot is { } slot
            ? Convert(Expression.ArrayIndex(arrays[slot], index), type)
            : value.Fixed is null ? Expression.Default(type) : Convert(Expression.Constant(value.Fixed), type);

        var creation = constructor is null
            ? Expression.New(typeof(T))
            : Expression.New(constructor, constructor.GetParameters().Select((p, i) => Value(arguments[i], p.ParameterType)));
        var assigned = properties.Where(p => p.Value.Slot is not null).Select(p => Expression.Bind(p.Property, Value(p.Value, p.Property.PropertyType)));
        var record = Expression.MemberInit(creation, assigned);

        var done = Expression.Label();
        var loop = Expression.Loop(
            Expression.IfThenElse(
                Expression.LessThan(index, count),
                Expression.Block(Expression.Assign(Expression.ArrayAccess(rows, index), record), Expression.PreIncrementAssign(index)),
                Expression.Break(done)),
            done);
        var body = Expression.Block(
            [index, .. arrays],
            [
                .. arrays.Select((a, i) => Expression.Assign(a, Expression.Convert(Expression.ArrayIndex(buffers, Expression.Constant(i)), a.Type))),
                Expression.Assign(index, Expression.Constant(0)),
                loop,
            ]);
        return Expression.Lambda<Action<Array[], T[], int>>(body, buffers, rows, count).Compile();
    }

    private static Expression Convert(Expression value, Type type) => value.Type == type ? value : Expression.Convert(value, type);
}
