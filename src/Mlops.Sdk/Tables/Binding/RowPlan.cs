namespace Mlops.Sdk.Tables;

/// <summary>How the rows of one schema become records. Immutable; kept per type and schema.</summary>
/// <param name="Members">The members read from columns, in the order of <paramref name="Construct"/>'s arrays.</param>
/// <param name="Construct">Makes the first n records from the members' arrays.</param>
internal sealed record RowPlan<T>(IReadOnlyList<MemberPlan> Members, Action<Array[], T[], int> Construct)
{
    public RowDecoder<T> NewDecoder() => new(this);
}
