using Mlops.Server.Components.Layout.Palette;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Pages.Triggers.Editing;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components;

/// <summary>Registration of the UI.</summary>
internal static class ComponentServices
{
    /// <summary>Adds Razor components with interactive server rendering and what they inject beside Core's services.</summary>
    public static IServiceCollection AddMlopsComponents(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        return services.AddSingleton<LiveFeed>().AddSingleton(TriggerKinds.Usual).AddScoped<ToastService>().AddScoped<AddressQuery>().AddScoped<Clipboard>().AddScoped<PaletteSearch>();
    }
}
