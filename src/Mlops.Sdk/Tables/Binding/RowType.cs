using System.Collections.Concurrent;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>What is known about one record type, for callers that have it as <see cref="Type"/> only.</summary>
internal abstract class RowType
{
    /// <summary>A <see cref="RowPlan{T}"/>; null, with the reasons in <paramref name="errors"/>, where the columns do not fit.</summary>
    public abstract object? Plan(IReadOnlyList<Field> columns, PlanErrors errors, string typeName);

    /// <summary>An <c>IReadOnlyList&lt;T&gt;</c> of all rows.</summary>
    public abstract object ReadList(Table table, string? source, string? target);

    /// <summary>An <c>IEnumerable&lt;T&gt;</c> that reads as it goes.</summary>
    public abstract object Stream(Table table, string? source, string? target);

    /// <summary>An <c>IAsyncEnumerable&lt;T&gt;</c> that reads as it goes.</summary>
    public abstract object StreamAsync(Table table, string? source, string? target);

    /// <summary>A table of an <c>IEnumerable&lt;T&gt;</c>.</summary>
    public abstract Table Encode(object rows, string? source);

    /// <summary>A table of an <c>IAsyncEnumerable&lt;T&gt;</c>.</summary>
    public abstract Task<Table> EncodeAsync(object rows, string? source, CancellationToken cancellationToken);

    /// <summary>The columns that rows of this type have.</summary>
    public abstract Schema Schema(string? source);
}

/// <inheritdoc/>
internal sealed class RowType<T> : RowType
{
    // A block meets few schemas; more would be a caller that makes up columns, so then it starts anew.
    private const int MaximumPlans = 32;

    private readonly ConcurrentDictionary<string, RowPlan<T>> _plans = new();

    public override object? Plan(IReadOnlyList<Field> columns, PlanErrors errors, string typeName) => RowPlanner.Plan<T>(columns, errors, typeName);

    /// <summary>The plan for a schema, made at its first use.</summary>
    public RowPlan<T> PlanFor(Schema schema, string? source, string? target)
    {
        var key = SchemaKey.Of(schema);
        if (_plans.TryGetValue(key, out var known))
        {
            return known;
        }

        var errors = new PlanErrors();
        var plan = RowPlanner.Plan<T>(schema.FieldsList, errors, TypeDisplay.Of(typeof(T)))
            ?? throw BindingMessages.PlanFailed(schema, typeof(T), errors, source, target);
        if (_plans.Count >= MaximumPlans)
        {
            _plans.Clear();
        }

        return _plans.GetOrAdd(key, plan);
    }

    public override object ReadList(Table table, string? source, string? target) => TableBinder.ReadList<T>(table, source, target);

    public override object Stream(Table table, string? source, string? target) => TableBinder.Stream<T>(table, source, target);

    public override object StreamAsync(Table table, string? source, string? target) => TableBinder.StreamAsync<T>(table, source, target);

    public override Table Encode(object rows, string? source) => TableEncoder.Encode((IEnumerable<T>)rows, source);

    public override Task<Table> EncodeAsync(object rows, string? source, CancellationToken cancellationToken) =>
        TableEncoder.EncodeAsync((IAsyncEnumerable<T>)rows, source, cancellationToken);

    public override Schema Schema(string? source) => new RowEncoder<T>(source).Schema;
}
