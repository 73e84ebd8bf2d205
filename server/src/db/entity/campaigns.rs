use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "campaigns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub retailer_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign_id: String,
    pub status: String,
    pub name: String,
    pub name_en: Option<String>,
    pub starts_at: i64,
    pub ends_at: i64,
    pub budget_yen: i64,
    pub available_yen: i64,
    pub reserved_yen: i64,
    pub spent_yen: i64,
    pub floor_yen: i64,
    pub ceiling_yen: i64,
    pub valid_days: i32,
    pub min_purchase_yen: i64,
    pub expected_sales_yen: i64,
    pub policy: String,
    pub plays_per_day: i32,
    pub created_at: i64,
    pub published_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
