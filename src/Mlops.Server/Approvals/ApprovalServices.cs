namespace Mlops.Server.Approvals;

/// <summary>Registration of the links by which people outside decide approvals.</summary>
internal static class ApprovalServices
{
    public static IServiceCollection AddMlopsApprovals(this IServiceCollection services) => services.AddSingleton<ApprovalLinks>().AddSingleton<LinkPages>();

    public static void MapApprovalLinks(this WebApplication app) => LinkPages.Map(app);
}
